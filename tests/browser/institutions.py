"""Pages about institutions, with a history, a likeness and a merge to show."""

from sqlalchemy import func, select

from registrar.people import merging
from registrar.people.models import Affiliation, Institution, InstitutionAlias, InstitutionDomain, Person
from registrar.people.rules import InstitutionKind, InstitutionRole
from registrar.programmes.models import Completion, Season, Selection
from tests.browser.house import CAMILLE, House


def institutions(house: House) -> list[str]:
    """Return the pages of institutions: the list, one with everything, one that was merged, those that look alike."""
    now = house.clock.now
    with house.db() as db:
        number = db.scalar(select(func.count()).select_from(Institution))
        names = (f"Museum of Modern Light {number}", f"Modern Light Museum {number}", f"Light {number}")
        museum, alike, merged = (Institution(name=name, country="BE", created_at=now) for name in names)
        db.add_all([museum, alike, merged])
        db.flush()
        museum.kind, museum.website, museum.ror = InstitutionKind.MUSEUM, "https://light.example", "03yrm5c26"
        museum.wikidata, museum.isil, museum.parent_id = "Q160236", "BE-1", alike.id
        camille = db.scalars(select(Person).where(Person.email == CAMILLE)).one()
        season = db.scalars(select(Season.id).order_by(Season.position.desc()).limit(1)).one()
        about, stated = {"institution_id": museum.id}, {"stated_at": now, "stated_by": "staff:1"}
        completion = Completion(**about, **stated, line="wac-museums", season_id=season, note="List of graduates")
        director = Affiliation(**about, person_id=camille.id, role=InstitutionRole.DIRECTOR, created_at=now)
        selection = Selection(**about, season_id=season, position=number)
        other_names = InstitutionAlias(**about, name="Light"), InstitutionDomain(**about, domain="light.example")
        db.add_all([completion, director, selection, *other_names])
        db.flush()
        merging.merge(db, museum, merged, by="staff:1", now=now)
        db.commit()
        everything, another, former = (f"/console/institutions/{each.id}" for each in (museum, alike, merged))
        preview = f"{everything}/merge/{alike.id}"
    places = ("", "?q=nobody-at-all", "?standing=merged", "/new", "/duplicates")
    lists = [f"/console/institutions{place}" for place in places]
    return [*lists, everything, f"{everything}/edit", f"{everything}/merge?q=museum", preview, another, former]
