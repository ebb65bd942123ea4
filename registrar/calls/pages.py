"""Every page about calls and forms. Several modules share a blueprint: naming them here puts their routes on it."""

from registrar.calls import announcements, edit_manage, manage, question_words, state_manage, views
from registrar.calls.builder import blueprint as builder
from registrar.calls.builder import manage as builder_manage

MODULES = (edit_manage, state_manage, builder_manage)
BLUEPRINTS = (views.bp, manage.bp, builder.bp)
HELPERS = (announcements, question_words)
