"""What red_flags.csv says to patients, marked for translation; a test keeps the two equal."""

from outcomes.rules.text import gettext_noop as _

LABELS = (
    _("New weakness in a leg"),
    _("New numbness around the seat or between the legs"),
    _("I cannot pass urine"),
    _("New leaking of urine or stool"),
    _("New pain in both legs"),
    _("Fever"),
    _("The wound leaks"),
    _("Headache when sitting up"),
    _("A fall with new pain"),
    _("A swollen calf"),
    _("Chest pain, or short of breath"),
    _("Thoughts of harming myself"),
)
ADVICE = (
    _("Sit or lie down, so that you do not fall."),
    _("Say which leg it is, since when, and whether you can still stand."),
    _("Do not wait to see whether it gets better."),
    _("Say since when, and whether you can pass urine."),
    _("Do not wait until it hurts."),
    _("If you have been taught to use a catheter, use it, and call all the same."),
    _("Say when you last passed urine."),
    _(
        "Say since when, whether it is urine or stool, and whether the skin around the seat "
        "feels numb."
    ),
    _("Say since when, and whether the legs are weak or numb."),
    _("Measure your temperature if you can, and say the number."),
    _(
        "If the neck is stiff, or you are confused or very drowsy, call the emergency number "
        "at once."
    ),
    _("Cover the wound with a clean, dry dressing."),
    _("If you also have a fever, call the emergency number if the clinic does not answer at once."),
    _("Lie flat, and call lying down."),
    _(
        "If you also have a fever or a stiff neck, call the emergency number if the clinic "
        "does not answer at once."
    ),
    _("Stay still if moving hurts much."),
    _("If you cannot get up, or have hit your head, call the emergency number at once."),
    _("Rest the leg, and do not rub it."),
    _("If breathing becomes hard or the chest hurts, call the emergency number at once."),
    _("Sit down and rest. Do not drive."),
    _("Unlock the door, and keep the telephone with you."),
    _("You do not have to be alone with this."),
    _("If you are in danger now, or have hurt yourself, call the emergency number at once."),
    _("Tell someone near you, and ask them to stay with you."),
)
