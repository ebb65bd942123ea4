"""Every page about reviews. Several modules share a blueprint: naming them here puts their routes on it."""

from registrar.reviews import (
    assignments_manage,
    blueprint,
    board_manage,
    conflicts_manage,
    discussion_manage,
    history_manage,
    letters_manage,
    navigation,
    phases_manage,
    release_manage,
    results_manage,
    reviewers_manage,
    rubric_manage,
    scenarios_manage,
)
from registrar.reviews.reading import blueprint as reading
from registrar.reviews.reading import discussion_views, queue_views, room_views, writing_views

MODULES = (
    *(
        phases_manage,
        rubric_manage,
        reviewers_manage,
        conflicts_manage,
        assignments_manage,
        results_manage,
        board_manage,
    ),
    *(results_manage, board_manage, discussion_manage, scenarios_manage),
    *(letters_manage, release_manage, history_manage),
    *(queue_views, room_views, writing_views, discussion_views),
)
BLUEPRINTS = (blueprint.bp, reading.bp)
HELPERS = (navigation,)
