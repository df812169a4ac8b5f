"""What a hurried person does: old pages, forms sent twice, several pains, answers that do not fit together."""

import json

import pytest
from fastapi.testclient import TestClient

from psoas.web.app import create_app
from tests.web.conftest import settings


class Visitor:
    """A browser without scripts that posts what it likes."""

    def __init__(self, client, who="self"):
        self.client = client
        client.get("/")
        self.token = client.cookies["psoas"]
        done = client.post("/start", data={"csrf": self.token, "who": who, "country": "gb"})
        self.record = done.headers["location"].rpartition("/")[0].rpartition("/")[0]

    def post(self, path, pain=1, **data):
        items = data.pop("item", None) or [name.removeprefix("f-") for name in data if name.startswith("f-")]
        form = {"csrf": self.token, "item": items, **data}
        return self.client.post(f"{self.record}/{pain}/{path}", data=form)

    def answer(self, pain=1, kind="questions", **answers):
        """Post each answer as the page of its own kind would."""
        for name, value in answers.items():
            listed = {"yes": {"tick": [name]}, "no": {"none-0": "1"}, "unsure": {"unsure-0": "1"}}.get(value, {})
            done = self.post("ask", pain, **{"kind": kind, f"f-{name}": value, **listed})
            assert done.status_code == 303
        return done

    def alarm(self, *names, pain=1):
        for name in names:
            self.answer(pain, **{name: "yes"})
            self.answer(pain, "confirm", **{name: "yes"})

    def get(self, path, pain=1):
        return self.client.get(f"{self.record}/{pain}/{path}")

    def export(self):
        return json.loads(self.client.get(f"{self.record}/export.json").content)["complaints"]

    def add(self):
        done = self.client.post(f"{self.record}/add", data={"csrf": self.token})
        assert done.status_code == 303
        return int(done.headers["location"].split("/")[-2])


@pytest.fixture
def client(tmp_path, library):
    with TestClient(create_app(settings(tmp_path), library), follow_redirects=False) as client:
        yield client


@pytest.fixture
def visitor(client):
    return Visitor(client)


def test_a_form_sent_twice_settles_nothing(visitor):
    visitor.alarm("saddle_anaesthesia")

    for _ in range(2):
        visitor.answer(kind="change", saddle_anaesthesia="no")

    assert "Which answer is right?" in visitor.get("ask").text
    assert visitor.export()[0]["assessment"]["urgency"]["certain"] == "emergency"


def test_an_old_page_cannot_take_a_yes_back_before_it_was_read_back(visitor):
    visitor.answer(saddle_anaesthesia="yes")

    visitor.answer(saddle_anaesthesia="no")

    assert "Is that right?" in visitor.get("ask").text


def test_each_alarm_that_is_taken_back_is_shown_for_itself(visitor, library):
    visitor.alarm("saddle_anaesthesia", "acute_urinary_retention")

    visitor.answer(saddle_anaesthesia="no", acute_urinary_retention="no")

    for name in ("saddle_anaesthesia", "acute_urinary_retention"):
        page = visitor.get("ask").text
        assert "Which answer is right?" in page
        assert f"f-{name}" in page
        visitor.answer(kind="settle", **{name: "no"})
    assert visitor.export()[0]["assessment"]["urgency"]["certain"] == "self_care"


def test_a_new_emergency_interrupts_whoever_went_on_from_the_first(visitor):
    visitor.alarm("saddle_anaesthesia")
    visitor.post("carry-on")
    assert visitor.get("ask").status_code == 200

    visitor.alarm("sudden_severe_torso_pain")

    assert visitor.get("ask").headers["location"].endswith("/now")
    assert "Your answers say: get help now." in visitor.get("check").text


def test_an_emergency_that_comes_back_interrupts_again(visitor):
    visitor.alarm("saddle_anaesthesia")
    visitor.post("carry-on")
    visitor.answer(kind="change", saddle_anaesthesia="no")
    visitor.answer(kind="settle", saddle_anaesthesia="no")

    visitor.answer(kind="change", saddle_anaesthesia="yes")
    visitor.answer(kind="confirm", saddle_anaesthesia="yes")

    assert visitor.get("ask").headers["location"].endswith("/now")


def test_nobody_goes_on_from_an_emergency_that_is_not_there(visitor):
    visitor.post("carry-on")

    visitor.alarm("saddle_anaesthesia")

    assert visitor.get("ask").headers["location"].endswith("/now")


def test_a_yes_on_a_page_half_filled_is_read_back_at_once(visitor):
    both = ["saddle_anaesthesia", "acute_urinary_retention"]
    done = visitor.post("ask", kind="questions", item=both, **{"f-saddle_anaesthesia": "yes"})

    assert done.status_code == 303
    assert "Is that right?" in visitor.get("ask").text


def test_the_emergency_of_one_pain_stands_on_every_page_of_the_other(visitor):
    other = visitor.add()
    visitor.alarm("saddle_anaesthesia", pain=other)

    assert visitor.get("ask").headers["location"].endswith("/now")
    assert f"/{other}/change/saddle_anaesthesia" in visitor.get("now").text
    assert "Get help now" in visitor.get("result").text
    assert "emergency" in visitor.get("clinician").text
    assert {one["assessment"]["urgency"]["certain"] for one in visitor.export()} == {"emergency"}


def test_a_fact_of_the_person_changed_in_one_pain_is_changed_in_all(visitor):
    visitor.answer(age_years="44")
    other = visitor.add()

    visitor.answer(pain=other, kind="change", age_years="50")

    assert [one["answers"]["age_years"] for one in visitor.export()] == [50.0, 50.0]
    assert visitor.get("result").status_code == 200


def test_an_age_behind_an_emergency_is_settled_before_it_counts_anywhere(visitor):
    aorta = {"onset_sudden": "yes", "pain_new_or_changed": "yes", "pain_duration_weeks": "0", "pain_nprs": "9"}
    visitor.answer(age_years="70")
    other = visitor.add()
    visitor.answer(**aorta)
    visitor.answer(kind="change", flank_pain="yes")
    assert visitor.get("ask").headers["location"].endswith("/now")

    visitor.answer(kind="change", age_years="30")

    assert "Which answer is right?" in visitor.get("ask").text
    assert visitor.get("result", pain=other).status_code == 200
    visitor.answer(kind="settle", age_years="30")
    assert [one["answers"]["age_years"] for one in visitor.export()] == [30.0, 30.0]


def test_an_emergency_of_two_pains_joined_is_not_lost_without_a_second_look(visitor):
    visitor.answer(age_years="60", history_of_cancer="yes")
    visitor.answer(kind="change", low_back_pain="yes")
    other = visitor.add()
    visitor.answer(pain=other, kind="change", radiating_leg_pain="yes")
    assert visitor.get("ask").headers["location"].endswith("/now")

    visitor.answer(pain=other, kind="change", radiating_leg_pain="no")

    assert "Which answer is right?" in visitor.get("ask", pain=other).text
    assert visitor.get("ask").headers["location"].endswith("/now")


def test_the_open_questions_of_another_pain_can_be_reached(visitor):
    visitor.alarm("saddle_anaesthesia")  # nothing more is asked of this pain
    visitor.answer(kind="change", saddle_anaesthesia="no")
    visitor.answer(kind="settle", saddle_anaesthesia="no")
    other = visitor.add()

    page = visitor.get("result", pain=other).text

    assert f'{visitor.record}/{other}/ask">Answer the open questions' in page


def test_a_child_with_a_limp_made_forty_is_not_told_that_it_can_wait(visitor):
    visitor.answer(age_years="12", child_limp="yes")

    visitor.answer(kind="change", age_years="40")

    found = visitor.export()[0]["assessment"]
    assert not found["complete"]
    assert "do not fit together" in " ".join(found["notes"])
    assert "/change/child_limp" in visitor.get("check").text
    assert "Only one of them can be right" in visitor.get("clinician").text


def test_answers_of_one_pain_that_clash_hold_the_other_open_too(visitor):
    other = visitor.add()
    visitor.answer(pain=other, onset_before_35="yes", onset_before_45="no")

    found = visitor.export()[0]["assessment"]

    assert found["contradictions"] == []
    assert not found["complete"]
    assert "do not fit together" in " ".join(found["notes"])


def test_a_list_opened_again_keeps_what_was_not_sure(visitor):
    visitor.answer(history_of_cancer="unsure")
    visitor.answer(kind="check", history_of_cancer="unsure")

    page = visitor.get("page/F").text

    assert 'name="unsure-0" id="unsure-0" value="1" checked' in page


def test_a_recap_that_is_not_due_changes_nothing(visitor):
    done = visitor.post("recap", right="yes")

    assert done.status_code == 303
    assert visitor.get("ask").status_code == 200


def test_a_carer_does_not_read_the_reason_that_is_for_the_clinician(client):
    carer = Visitor(client, who="proxy")
    carer.answer(age_years="3", injury_not_explained="yes")

    assert "suspicion" not in carer.get("result").text
    assert carer.export()[0]["assessment"]["urgency"]["certain"] != "self_care"


def test_a_wrong_number_keeps_its_unit_and_a_time_is_shown_as_it_was_given(visitor):
    wrong = visitor.post("ask", **{"f-pain_duration_weeks": "some", "f-pain_duration_weeks-unit": "days"})
    assert '<option value="days" selected>' in wrong.text

    visitor.post("ask", **{"f-pain_duration_weeks": "3", "f-pain_duration_weeks-unit": "days"})
    assert "3 days" in visitor.get("check").text


@pytest.mark.parametrize("text", ["1,040", "1.000", "1_0", "1e1", "-3"])
def test_a_number_that_can_mean_two_things_is_asked_again(visitor, text):
    done = visitor.post("ask", **{"f-pain_duration_weeks": text, "f-pain_duration_weeks-unit": "weeks"})

    assert done.status_code == 422


def test_a_place_taken_back_leaves_the_chart(visitor):
    visitor.post("ask", item=["groin_pain", "low_back_pain"], area=["left_groin"])
    before = visitor.export()[0]["areas"]

    visitor.answer(kind="change", groin_pain="no")

    assert before
    assert visitor.export()[0]["areas"] == []


def test_every_report_says_that_it_speaks_of_the_pain_alone(visitor, library):
    assert library.words["paper"] in visitor.export()[0]["assessment"]["notes"]


def test_an_address_that_makes_no_sense_is_a_page_like_any_other(visitor):
    found = visitor.client.get(f"{visitor.record}/x/ask")

    assert found.status_code == 404
    assert "<h1>" in found.text
