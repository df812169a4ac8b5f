"""The people who walk through the app."""

STRAIN = {
    "age_years": 29,
    "sex_at_birth": "male",
    "areas": ["low_back_middle"],
    "pain_duration_weeks": 0.3,
    "pain_new_or_changed": True,
    "onset_sudden": True,
    "pain_nprs": 7,
    "pain_trend": "same",
    "fall_or_minor_injury": True,
}
SADDLE = {**STRAIN, "age_years": 44, "saddle_anaesthesia": True}
FEVER = {**STRAIN, "fever": True}
PREGNANT = {
    **STRAIN,
    "age_years": 28,
    "sex_at_birth": "female",
    "could_be_pregnant": True,
    "pregnancy_weeks": 21,
    "fall_or_minor_injury": False,
    "onset_sudden": False,
    "pain_nprs": 4,
}
CHILD = {**STRAIN, "age_years": 12, "areas": ["left_knee"], "fall_or_minor_injury": False}
ACHE = {
    **STRAIN,
    "age_years": 62,
    "sex_at_birth": "female",
    "areas": ["left_groin", "low_back_middle"],
    "pain_duration_weeks": 60,
    "pain_new_or_changed": False,
    "onset_sudden": False,
    "fall_or_minor_injury": False,
    "pain_nprs": 5,
}
