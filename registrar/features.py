"""Everything the features bring: their pages, mails, worker jobs and commands, each on a line of its own."""

from flask import Flask

from registrar.accounts import mails as accounts_mails
from registrar.accounts import signed_in, team_views
from registrar.accounts import views as accounts_views
from registrar.accounts.cli import staff
from registrar.applications import call_counts, draft_reminders, starting
from registrar.applications import mails as applications_mails
from registrar.applications import overview as applications_overview
from registrar.applications import words as applications_words
from registrar.applications.applying import blueprint as applying
from registrar.applications.applying import check_views, document_views, eligibility_views, file_views, saving_views
from registrar.applications.applying import entry_views as applying_entry
from registrar.applications.applying import grace_views as applying_grace
from registrar.applications.applying import join_views as applying_join
from registrar.applications.applying import leaving_views as applying_leaving
from registrar.applications.applying import overview_views as applying_overview
from registrar.applications.applying import previous_views as applying_previous
from registrar.applications.applying import section_views as section_views
from registrar.applications.applying import start_views as applying_start
from registrar.applications.applying import team_views as applying_team
from registrar.applications.desk import reading_manage as desk_reading
from registrar.applications.desk import views as desk_views
from registrar.applications.files import cleaning as files_cleaning
from registrar.applications.files import wording as files_wording
from registrar.archive import feeds as archive_feeds
from registrar.archive import views as archive_views
from registrar.calls import announcements, edit_manage, question_words, state_manage
from registrar.calls import manage as calls_manage
from registrar.calls import queries as calls_queries
from registrar.calls import views as calls_views
from registrar.calls.builder import blueprint as builder
from registrar.calls.builder import manage as builder_manage
from registrar.calls.cli import calls as call_commands
from registrar.campaigns import draft_manage as campaigns_draft
from registrar.campaigns import fan_out as campaigns_fan_out
from registrar.campaigns import mails as campaigns_mails
from registrar.campaigns import manage as campaigns_manage
from registrar.campaigns import sending_manage as campaigns_sending
from registrar.campaigns import views as campaigns_views
from registrar.cohorts import leaving as cohorts_leaving
from registrar.cohorts import mails as cohorts_mails
from registrar.cohorts import manage as cohorts_manage
from registrar.cohorts import offer_views as cohorts_offer
from registrar.cohorts import offers as cohorts_offers
from registrar.cohorts import reminding as cohorts_reminding
from registrar.console import institution_edit_views, institution_merge_views, institution_views, ledger_queries
from registrar.console import views as console_views
from registrar.letters import manage as letters_manage
from registrar.letters import rendering as letters_rendering
from registrar.mail import kinds, outbox_views, retention, worker
from registrar.mail.bounces import neighbours
from registrar.mail.cli import mail as mail_commands
from registrar.mail.cli import worker as worker_command
from registrar.ops import health, mail_cli
from registrar.ops.cli import doctor
from registrar.ops.demo.cli import demo
from registrar.people import opt_outs, personal_cookie, suggest_views
from registrar.privacy import views as privacy_views
from registrar.programmes import dates, labels
from registrar.programmes import views as programmes_views
from registrar.programmes.cli import catalogue_commands
from registrar.reminders import mails as reminders_mails
from registrar.reminders import manage as reminders_manage
from registrar.reminders import operations as reminders
from registrar.reminders import preview_manage as reminders_preview
from registrar.reminders import queries as reminders_queries
from registrar.reviews import assignments_manage, conflicts_manage, phases_manage, reviewers_manage, rubric_manage
from registrar.reviews import feedback as reviews_feedback
from registrar.reviews import history_manage as reviews_history
from registrar.reviews import letters_manage as reviews_letters
from registrar.reviews import mails as reviews_mails
from registrar.reviews import navigation as reviews_navigation
from registrar.reviews import release_manage as reviews_release
from registrar.reviews import reminding as reviews_reminding
from registrar.web import about
from registrar.weekly import attendance, seats, subscriptions
from registrar.weekly.personal import entry_views as personal_entry_views
from registrar.weekly.personal import mails as personal_mails
from registrar.weekly.personal import settings_views as personal_settings_views
from registrar.weekly.personal import views as personal_views
from registrar.weekly.planner import change_views, notices
from registrar.weekly.planner import queries as planner_queries
from registrar.weekly.planner import session_views as session_edit_views
from registrar.weekly.planner import views as planner_views
from registrar.weekly.public import feeds, joining, unsubscribing
from registrar.weekly.public import views as public_views
from registrar.weekly.signup import mails as weekly_mails
from registrar.weekly.signup import offer_views, signing_up
from registrar.weekly.signup import views as signup_views

HELPERS = (
    accounts_views,
    console_views,
    desk_views,
    signed_in,
    personal_cookie,
    feeds,
    dates,
    labels,
    letters_rendering,
    announcements,
    question_words,
    files_wording,
    applications_words,
    reviews_navigation,
)
"""Modules that give templates filters and context, or guard a policy; each has `install(app)`."""
PERSONAL_PAGES = (personal_views, personal_entry_views, personal_settings_views)
"""One blueprint over three modules."""
APPLYING_PAGES = (
    *(applying, applying_overview, applying_entry, applying_team, applying_leaving, applying_grace, applying_previous),
    *(section_views, saving_views, check_views, file_views, document_views),
)
"""One blueprint over several modules."""
START_PAGES = (applying_start, applying_join)
"""One blueprint over two modules."""
PLANNER_PAGES = (planner_views, change_views, session_edit_views)
"""One blueprint over three modules."""
REMINDER_PAGES = (reminders_manage, reminders_preview)
"""One blueprint over two modules."""
CALL_PAGES = (calls_manage, edit_manage, state_manage)
"""One blueprint over three modules."""
CAMPAIGN_PAGES = (campaigns_manage, campaigns_draft, campaigns_sending)
"""One blueprint over three modules."""
BUILDER_PAGES = (builder, builder_manage)
"""One blueprint over several modules."""
REVIEW_PAGES = (
    *(phases_manage, rubric_manage, reviewers_manage, conflicts_manage, assignments_manage),
    *(reviews_letters, reviews_release, reviews_history),
)
"""One blueprint over several modules."""
INSTITUTION_PAGES = (institution_views, institution_edit_views, institution_merge_views)
"""One blueprint over three modules."""
PAGES = (
    about.bp,
    health.bp,
    suggest_views.bp,
    programmes_views.bp,
    public_views.bp,
    signup_views.bp,
    calls_views.bp,
    CALL_PAGES[0].bp,
    eligibility_views.bp,
    BUILDER_PAGES[0].bp,
    APPLYING_PAGES[0].bp,
    START_PAGES[0].bp,
    cohorts_offer.bp,
    cohorts_manage.bp,
    offer_views.bp,
    archive_views.bp,
    archive_feeds.bp,
    PERSONAL_PAGES[0].bp,
    feeds.bp,
    joining.bp,
    unsubscribing.bp,
    campaigns_views.bp,
    CAMPAIGN_PAGES[0].bp,
    privacy_views.bp,
    team_views.bp,
    PLANNER_PAGES[0].bp,
    letters_manage.bp,
    REMINDER_PAGES[0].bp,
    INSTITUTION_PAGES[0].bp,
    REVIEW_PAGES[0].bp,
    outbox_views.bp,
)
MAILS = (
    accounts_mails.KINDS,
    weekly_mails.KINDS,
    personal_mails.KINDS,
    notices.KINDS,
    reminders_mails.KINDS,
    campaigns_mails.KINDS,
    applications_mails.KINDS,
    cohorts_mails.KINDS,
    reviews_mails.KINDS,
)
JOBS = (
    seats.lapse_offers,
    *signing_up.JOBS,
    *reminders.JOBS,
    *draft_reminders.JOBS,
    *campaigns_fan_out.JOBS,
    *retention.JOBS,
    *files_cleaning.JOBS,
    *starting.JOBS,
    *cohorts_leaving.JOBS,
    *cohorts_offers.JOBS,
    *cohorts_reminding.JOBS,
    *reviews_reminding.JOBS,
)
COMPLAINTS = (subscriptions.complained, opt_outs.complained)
"""Who stops what a person has reported as unwanted."""
COMMANDS = (
    staff,
    worker_command,
    mail_commands,
    demo,
    doctor,
    catalogue_commands(reminders.ensure_default_rules),
    call_commands,
)


def register(app: Flask) -> None:
    """Register every feature with the application."""
    for helper in HELPERS:
        helper.install(app)
    for blueprint in PAGES:
        app.register_blueprint(blueprint)
    for mails in MAILS:
        kinds.register(app, mails)
    worker.register_jobs(app, JOBS)
    neighbours.register(app, ledger_queries.addresses, COMPLAINTS)
    app.extensions[calls_queries.COUNTS] = call_counts.counts
    app.extensions[applications_overview.AFTER_RELEASE] = reviews_feedback.after_release
    app.extensions[planner_queries.LEADS] = reminders_queries.leads
    app.extensions[desk_reading.WEEKS_JOINED] = attendance.weeks_joined
    for command in (mail_cli.test, mail_cli.shorten):
        mail_commands.add_command(command)
    for command in COMMANDS:
        app.cli.add_command(command)
