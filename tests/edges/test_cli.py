"""The program as its users meet it: files in, text or JSON out, exit codes, errors that say what to do."""

import json
import os
import signal
import subprocess
import sys
import urllib.error
import urllib.request

import pytest

from psoas import load
from psoas.intake import side_of

pytestmark = pytest.mark.slow  # a process each


def psoas(*arguments, text=None):
    done = subprocess.run([sys.executable, "-m", "psoas", *arguments], input=text, capture_output=True, text=True)
    assert "Traceback" not in done.stderr
    return done


def test_saddle_numbness_is_an_emergency_with_reason_sources_and_number():
    done = psoas("assess", "examples/saddle.yaml", "--json")

    found = json.loads(done.stdout)
    assert done.returncode == 0
    assert found["urgency"]["certain"] == found["urgency"]["possible"] == "emergency"
    assert found["urgency"]["act_within"] == "now"
    assert found["complete"] is True
    assert found["emergency_number"] == "999"
    flag = found["urgency"]["red_flags"][0]
    assert flag["id"] == "cauda_equina_saddle"
    assert flag["because_of"] == ["numbness between the legs"]
    assert flag["sources"][0]["citation"]
    assert found["next_question"] is None
    assert "cannot pee" in found["denied_danger_signs"]


def test_a_low_outcome_is_not_said_while_a_danger_question_is_unasked():
    found = json.loads(psoas("assess", "examples/strain.yaml", "--json").stdout)

    assert found["complete"] is False
    assert found["urgency"]["possible"] == "emergency"
    assert found["urgency"]["title"] == "Not finished yet"
    assert found["next_question"]["must_ask"] is True


BAD = [
    ('{"answers": {"saddle_anesthesia": true}}', 'Did you mean "saddle_anaesthesia"'),
    ('{"answers": {"age_years": 300}}', "out of range"),
    ('{"answers": {"age_years": "300 kg"}}', "is not a number of years"),
    ('{"answers": {"pain_duration_weeks": "3 parsecs"}}', "is not a number of weeks"),
    ('{"answers": {"fever": "yes"}}', "true, false, or null"),
    ('{"answers": {"sex_at_birth": "femal"}}', 'Did you mean "female"'),
    ('{"answers": {"spinal_pain": true}}', "is worked out from other answers"),
    ('{"answers": {"sex_at_birth": "male", "could_be_pregnant": true}}', "Settle sex_at_birth and could_be_pregnant"),
    ('{"answers": {}, "country": "fr"}', "One of au, ca, gb, ie, in, nz, us, zz"),
    ('{"answers": {}, "setting": "home"}', "One of self_referred"),
    ('{"anwsers": {}}', "there are no `answers`"),
    ('{"answers": {}, "colour": "red"}', "is not a part of a request"),
    ('{"answers": [1, 2]}', "expected finding: value pairs"),
    ("answers: {age_years: 44", "cannot be read as YAML"),
    ("answers:\n  age_years: 44\n  age_years: 45\n", "stands twice"),
    ("", "there are no `answers`"),
    ("[]", "there are no `answers`"),
    ("answers: !!python/object:os.system {}", "is not allowed"),
]


@pytest.mark.parametrize(("text", "says"), BAD, ids=[b[0][:50] for b in BAD])
def test_bad_input_is_one_clear_error_and_exit_code_2(text, says):
    done = psoas("assess", "-", text=text)

    assert done.returncode == 2
    assert says in done.stderr
    assert done.stdout == ""


def test_a_contradiction_with_an_emergency_in_it_still_says_what_it_means():
    text = '{"answers": {"sex_at_birth": "male", "could_be_pregnant": true, "saddle_anaesthesia": true}}'

    assert "what was said means: emergency" in psoas("assess", "-", text=text).stderr


def test_a_missing_file_and_an_unknown_id_are_named():
    assert "cannot be read" in psoas("assess", "nowhere.yaml").stderr
    done = psoas("knowledge", "show", "cauda_equina_sadle")
    assert done.returncode == 2
    assert 'Did you mean "cauda_equina_saddle"' in done.stderr


def test_errors_come_as_json_when_json_is_asked_for():
    done = psoas("assess", "-", "--json", text='{"answers": {"saddle_anesthesia": true}}')

    assert json.loads(done.stdout)["error"]["fits"] == 'Did you mean "saddle_anaesthesia"?'


def test_quantities_with_units_are_understood():
    text = "answers: {age_years: 44, pain_duration_weeks: 3 months, low_back_pain: true, temperature_c: 101.3 F}"

    found = json.loads(psoas("assess", "-", "--json", text=text).stdout)

    assert "exam_fever" in [flag["id"] for flag in found["urgency"]["red_flags"]]


def test_knowledge_check_counts_and_finds_no_defect():
    done = psoas("knowledge", "check", "--json")

    found = json.loads(done.stdout)
    assert done.returncode == 0
    assert found["defects"] == []
    assert found["counts"]["hazards"] >= 45
    assert found["numbers"]["memory"] == 0


def test_knowledge_show_prints_a_red_flag_with_its_sources():
    found = json.loads(psoas("knowledge", "show", "cauda_equina_saddle", "--json").stdout)

    assert found["kind"] == "red_flags"
    assert found["review"]["by"] is None


def test_knowledge_show_writes_no_python():
    text = psoas("knowledge", "show", "cauda_equina_saddle").stdout

    assert "by: no value" in text
    assert not [line for line in text.splitlines() if line.endswith((": True", ": False", ": None"))]


def test_an_id_of_several_kinds_names_them_and_can_be_asked_of_by_kind():
    first = json.loads(psoas("knowledge", "show", "unsafe_at_home", "--json").stdout)
    flag = json.loads(psoas("knowledge", "show", "unsafe_at_home", "--kind", "red_flags", "--json").stdout)

    assert first["question"]
    assert first["also_in"] == ["red_flags", "hazards"]
    assert flag["urgency"]
    assert "also_in" not in flag


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["findings", "--kind", "red_flags"], "nothing among the red_flags"),
        (["fever", "--kind", "red_flag"], "there is no kind"),
    ],
)
def test_a_wrong_kind_is_a_clear_error(arguments, says):
    done = psoas("knowledge", "show", *arguments)

    assert done.returncode == 2
    assert says in done.stderr


@pytest.mark.parametrize(("name", "key"), [("pregnant_man", "when"), ("disclaimer", "text"), ("levels", "self_care")])
def test_contradictions_and_words_can_be_shown(name, key):
    assert key in json.loads(psoas("knowledge", "show", name, "--json").stdout)


def test_no_file_is_an_error_in_the_shape_of_errors():
    done = psoas("assess", "--json")

    assert done.returncode == 2
    assert json.loads(done.stdout)["error"]["where"] == "FILE"


def test_the_text_of_an_unfinished_assessment_names_no_low_level():
    text = psoas("assess", "examples/strain.yaml").stdout

    assert "Not finished yet" in text
    assert "Still possible: emergency" in text
    assert "self care" not in text


def test_a_time_is_spelled_out():
    text = "answers: {respondent: self, age_years: 40, low_back_pain: true, fever: true}"
    found = psoas("assess", "-", text=text).stdout

    assert "Within: " in found
    assert " hours." in found or " days." in found


# the server -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--port", "99999"], "65535"),
        (["--host", "nowhere.invalid"], "No computer is known by that name"),
        (["--host", "ä" * 80], "is no name of a computer"),
        (["--host", "203.0.113.7"], "no address of this computer"),
    ],
)
def test_an_address_that_cannot_be_opened_is_a_clear_error(arguments, says):
    done = psoas("serve", "--no-browser", *arguments)

    assert done.returncode == 2
    assert says in done.stderr


@pytest.mark.parametrize("variable", ["PSOAS_DATA", "PSOAS_DATABASE"])
def test_data_that_cannot_be_kept_is_a_clear_error(variable, tmp_path, monkeypatch):
    (tmp_path / "file").touch()
    place = tmp_path / "file" / "folder"
    monkeypatch.setenv(variable, str(place) if variable == "PSOAS_DATA" else f"sqlite:///{place}")
    done = psoas("serve", "--no-browser", "--port", "0")

    assert done.returncode == 2
    assert "Set PSOAS_DATA to a folder" in done.stderr


@pytest.fixture
def serving(tmp_path):
    """Starts the server with these arguments: its process and its address."""
    started = []

    def start(*arguments):
        command = [sys.executable, "-m", "psoas", "serve", "--no-browser", "--port", "0", *arguments]
        env = os.environ | {"PSOAS_DATA": str(tmp_path)}
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=env)
        started.append(process)
        return process, process.stdout.readline().split()[-1]

    yield start
    for process in started:
        process.kill()
        process.communicate()


def status(address, host):
    request = urllib.request.Request(address, headers={"Host": host})
    try:
        return urllib.request.urlopen(request, timeout=10).status
    except urllib.error.HTTPError as error:
        return error.code


def test_the_name_of_a_proxy_can_be_allowed(serving):
    _, address = serving("--allow-host", "Psoas.clinic.example", "--allow-host", "other.example")

    assert status(address, "psoas.clinic.example") == 200
    assert status(address, "OTHER.example:443") == 200
    assert status(address, "third.example") == 421


@pytest.mark.skipif(os.name == "nt", reason="signals")
@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM])
def test_a_server_that_is_stopped_tidies_up_and_says_nothing(serving, tmp_path, sign):
    process, address = serving()
    assert status(address, "localhost") == 200
    process.send_signal(sign)
    _, errors = process.communicate(timeout=20)

    assert process.returncode == 0
    assert "Traceback" not in errors
    assert [file.name for file in tmp_path.iterdir()] == ["psoas.sqlite3"]


def test_an_address_is_printed_as_a_browser_takes_it():
    from psoas.web.serve import address_of

    assert address_of("0.0.0.0", 80) == "http://127.0.0.1:80/"
    assert address_of("::", 80) == address_of("::1", 80) == "http://[::1]:80/"
    assert address_of("fd00::7", 80) == "http://[fd00::7]:80/"
    assert address_of("localhost", 80) == "http://localhost:80/"


# the interview with a program -------------------------------------------------------------------------


def converse(*lines):
    done = psoas("interview", "--jsonl", "--country", "gb", text="".join(line + "\n" for line in lines))
    assert done.returncode == 0
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_the_first_question_has_all_its_parts():
    first = converse()[0]

    assert first["id"] == "respondent"
    assert first["choices"] == ["self", "helper_present", "proxy"]
    assert {"id", "page", "text", "why", "kind", "choices", "unit", "must_ask"} <= set(first)


def test_the_end_of_the_input_prints_the_assessment_so_far():
    *_, last = converse('{"id": "respondent", "value": "self"}')

    assert last["complete"] is False
    assert last["urgency"]["possible"] == "emergency"


def test_a_bad_line_gets_an_error_and_the_question_again():
    first, error, again, *_ = converse("this is not JSON")

    assert "is not JSON" in error["error"]["found"]
    assert again == first


def test_an_answer_out_of_order_is_welcome_and_an_emergency_ends_the_interview():
    yes = '{"id": "saddle_anaesthesia", "value": true}'

    first, confirm, last = converse(yes, yes)

    assert (first["id"], confirm["kind"]) == ("respondent", "confirm")
    assert last["complete"] is True
    assert last["urgency"]["certain"] == "emergency"


def ordinary(question):
    """A 29-year-old who strained his back two days ago and has no danger sign."""
    known = {
        "respondent": "self",
        "age_years": 29,
        "sex_at_birth": "male",
        "low_back_pain": True,
        "pain_duration_weeks": 0.3,
        "pain_new_or_changed": True,
        "onset_sudden": True,
        "fall_or_minor_injury": True,
        "pain_nprs": 7,
        "pain_trend": "same",
        "recap": True,
    }
    return known.get(question["id"], False)


def talk(person, *arguments):
    """Hold the whole conversation: the questions asked, and the assessment."""
    process = subprocess.Popen(
        [sys.executable, "-m", "psoas", "interview", "--jsonl", *arguments],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    asked = []
    while True:
        line = json.loads(process.stdout.readline())
        if "urgency" in line:
            process.communicate()
            return asked, line
        asked.append(line)
        process.stdin.write(json.dumps({"id": line["id"], "value": person(line)}) + "\n")
        process.stdin.flush()


def test_an_ordinary_two_day_strain_reaches_self_care_by_way_of_the_recap():
    asked, found = talk(ordinary)

    assert found["urgency"]["certain"] == found["urgency"]["possible"] == "self_care"
    assert found["complete"] is True
    recap = [question["kind"] for question in asked].index("recap")
    assert all(question["must_ask"] or question["page"] == "L" for question in asked[:recap])
    about_the_source = asked[recap + 1 :]
    assert about_the_source
    assert not any(question["must_ask"] for question in about_the_source)
    assert all(question["why"].startswith("This helps to ") for question in about_the_source)
    assert found["safety_net"]["go_now"]
    assert "numbness between the legs" in found["denied_danger_signs"]


def test_ten_years_of_hip_stiffness_at_70_reach_self_care_or_routine():
    def person(question):
        known = {
            "respondent": "self",
            "age_years": 70,
            "sex_at_birth": "male",
            "groin_pain": True,
            "pain_duration_weeks": 520,
            "pain_nprs": 4,
            "pain_trend": "same",
            "recap": True,
        }
        return known.get(question["id"], False)

    _, found = talk(person)

    assert found["urgency"]["certain"] in ("self_care", "routine")
    assert found["complete"] is True


def test_violence_and_suicide_stay_out_of_a_letter_and_change_nothing_else(tmp_path):
    file = tmp_path / "answers.json"
    answers = {"respondent": "self", "age_years": 40, "low_back_pain": True, "fever": True, "unsafe_at_home": True}
    file.write_text(json.dumps({"answers": answers}))

    screen = json.loads(psoas("assess", str(file), "--json").stdout)
    letter = psoas("assess", str(file), "--json", "--letter").stdout

    assert "unsafe_at_home" in [flag["id"] for flag in screen["urgency"]["red_flags"]]
    assert "unsafe" not in letter
    assert "violen" not in letter.lower()
    assert json.loads(letter)["urgency"]["certain"] == "same_day"


def assess(data, *options):
    text = data if isinstance(data, str) else json.dumps(data)
    return json.loads(psoas("assess", "-", "--json", *options, text=text).stdout)


def test_no_complaint_takes_back_what_the_person_said_of_themselves():
    data = {"answers": {"saddle_anaesthesia": True}, "complaints": [{"answers": {"saddle_anaesthesia": False}}]}

    assert assess(data)["urgency"]["certain"] == "emergency"


def test_a_name_that_stands_twice_is_refused_in_json_too():
    found = assess('{"answers": {"saddle_anaesthesia": true, "saddle_anaesthesia": false}}')

    assert found["error"]["where"] == "saddle_anaesthesia"
    assert found["error"]["found"] == "stands twice."


def test_a_letter_of_several_complaints_says_no_less_than_the_screen():
    first = {"answers": {"low_back_pain": True, "pain_duration_weeks": 1}}
    second = {"answers": {"groin_pain": True, "constant_progressive_pain": True, "pain_duration_weeks": 30}}
    data = {"answers": {"age_years": 40, "respondent": "self"}, "complaints": [first, second]}

    assert assess(data)["urgency"] == assess(data, "--letter")["urgency"]


def test_answers_that_clash_say_what_they_mean_until_they_are_settled():
    data = {"answers": {"sex_at_birth": "male", "could_be_pregnant": True, "saddle_anaesthesia": True}, "country": "GB"}

    error = assess(data)["error"]

    assert error["meanwhile"] == "emergency"
    assert "Call 999." in error["do"]


@pytest.mark.parametrize("value", [[], [["a"]], ["fever"], 3])
def test_a_recap_that_does_not_fit_is_an_error_and_asks_again(value):
    lines = json.dumps({"id": "recap", "value": value})

    done = psoas("interview", "--jsonl", text=lines + "\n")

    assert '"error"' in done.stdout


def test_the_assessment_says_the_likely_sources_in_its_three_parts(tmp_path):
    file = tmp_path / "answers.json"
    known = {"age_years": 62, "sex_at_birth": "female", "groin_pain": True, "faddir_pain": True, "fever": True}
    complaints = [{"place": "left groin", "answers": known}]
    request = {"mode": "clinician", "setting": "primary_care", "complaints": complaints}
    file.write_text(json.dumps(request))

    found = json.loads(psoas("assess", str(file), "--json").stdout)

    assert (found["place"], found["side"], found["setting"]) == ("left groin", "left", "primary_care")
    fields = {"id", "name", "icd10", "p", "prior", "low", "high", "consistent_with", "for", "against"}
    for part in ("mechanisms", "conditions"):
        assert found[part]
        assert all(fields <= set(one) for one in found[part])
        assert all(0 <= one["p"] <= 1 and one["low"] is one["high"] is None for one in found[part])
    raised = [danger["rise"] for danger in found["must_not_miss"]]
    assert raised == sorted(raised, reverse=True)
    assert all({"id", "p", "rise", "why"} <= set(danger) for danger in found["must_not_miss"])
    assert 0 < found["nonspecific"]["p"] < 1
    assert all(len(pair["conditions"]) == 2 for pair in found["coexisting"])
    assert {test["how"] for test in found["tests"]} & {"examination", "investigation"}


def test_each_pain_has_its_own_sources(tmp_path):
    file = tmp_path / "answers.json"
    back, groin = {"low_back_pain": True, "groin_pain": False}, {"groin_pain": True, "low_back_pain": False}
    complaints = [{"place": "low back", "answers": back}, {"place": "right groin", "answers": groin}]
    file.write_text(json.dumps({"answers": {"age_years": 50}, "complaints": complaints}))

    found = json.loads(psoas("assess", str(file), "--json").stdout)

    (other,) = found["other_complaints"]
    assert (other["place"], other["side"]) == ("right groin", "right")
    assert other["conditions"][0]["region"] == "hip"
    assert found["conditions"][0]["region"] != "hip"


def test_a_setting_that_there_is_not_is_refused_with_those_that_there_are():
    done = psoas("interview", "--jsonl", "--setting", "clinic")

    assert done.returncode == 2

    assert "One of self_referred, primary_care, emergency, specialist" in done.stderr


def test_the_text_names_a_likely_source_in_words_with_its_reasons_and_no_list_after_an_emergency(tmp_path):
    file = tmp_path / "hip.yaml"
    hip = "age_years: 66, groin_pain: true, difficulty_with_socks_and_shoes: true, pain_duration_weeks: 30"
    file.write_text(f"answers: {{{hip}}}\n")

    said = " ".join(psoas("assess", str(file)).stdout.split())

    assert "a worn hip joint (hip osteoarthritis)" in said
    assert "For it: " in said
    assert "how long it has hurt: 30 weeks" in said
    assert "These are our estimates" in said
    assert "What it may come from" not in psoas("assess", "examples/saddle.yaml").stdout


def test_no_question_about_the_source_stands_beside_an_emergency_of_another_pain(tmp_path):
    file = tmp_path / "answers.json"
    yes_no = [name for name in load().must_ask if load().findings[name].kind == "boolean"]
    settled = dict.fromkeys(yes_no, False) | {"respondent": "self", "age_years": 40, "low_back_pain": True}
    pains = [{"answers": settled}, {"answers": {"low_back_pain": True, "saddle_anaesthesia": True}}]
    file.write_text(json.dumps({"complaints": pains}))

    found = json.loads(psoas("assess", str(file), "--json").stdout)

    assert found["urgency"]["certain"] == "emergency"
    assert found["next_question"] is None or found["next_question"]["must_ask"]


def test_where_nothing_hurts_no_source_is_named(tmp_path):
    file = tmp_path / "answers.json"
    file.write_text(json.dumps({"answers": {area["finding"]: False for area in load().areas}}))

    found = json.loads(psoas("assess", str(file), "--json").stdout)

    assert found["conditions"] == found["must_not_miss"] == []
    assert found["nonspecific"] is None


@pytest.mark.parametrize(
    ("complaints", "says"),
    [([{"place": None}], "complaints[0].place"), ([{}] * 13, "At most 12 pains")],
)
def test_complaints_that_do_not_fit_are_refused(tmp_path, complaints, says):
    file = tmp_path / "answers.json"
    file.write_text(json.dumps({"complaints": complaints}))

    assert says in psoas("assess", str(file)).stderr


@pytest.mark.parametrize(
    ("place", "side"),
    [("left groin", "left"), ("left, right hip", "both"), ("both hips", "both"), ("low back", ""), ("Right", "right")],
)
def test_the_side_is_read_from_the_place(place, side):
    assert side_of(place) == side
