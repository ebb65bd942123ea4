"""Every page about applications. Several modules share a blueprint: naming them here puts their routes on it."""

from registrar.applications import words
from registrar.applications.applying import (
    blueprint,
    check_views,
    document_views,
    eligibility_views,
    entry_views,
    file_views,
    grace_views,
    join_views,
    leaving_views,
    overview_views,
    previous_views,
    saving_views,
    section_views,
    start_views,
    team_views,
)
from registrar.applications.desk import views as desk
from registrar.applications.files import wording

MODULES = (
    *(join_views, entry_views, overview_views, team_views, leaving_views, grace_views, previous_views),
    *(section_views, saving_views, check_views, file_views, document_views),
)
BLUEPRINTS = (eligibility_views.bp, start_views.bp, blueprint.bp)
HELPERS = (desk, wording, words)
