"""What alert_rules.csv says, marked for translation; a test keeps the two equal."""

from outcomes.rules.text import gettext_noop as _

TITLES = (
    _("Muscle grade fell"),
    _("Muscle grade fell within 4"),
    _("No longer testable"),
    _("Graded on another basis"),
    _("Late decline after a plateau"),
    _("New post-void residual of 200 mL or more"),
    _("Post-void residual risen by 100 mL or more"),
    _("Post-void residual of 500 mL or more"),
    _("Post-void residual still 200 mL or more, without a named plan"),
    _("Known retention, and a new neurological sign"),
    _("Retention cannot be checked with an indwelling catheter"),
    _("Trial without catheter failed"),
    _("Two catheter volumes above 500 mL"),
    _("One catheter volume above 500 mL: how many more is not recorded"),
    _("New or more frequent urinary incontinence"),
    _("New urinary incontinence with a new neurological sign"),
    _("The need to empty the bladder is not felt"),
    _("Loss of bladder sensation with a new neurological sign"),
    _("New or deeper saddle numbness"),
    _("Anal tone newly or further reduced"),
    _("New or more frequent fecal incontinence"),
    _("Pain in both legs"),
    _("New spasticity"),
    _("Wound drainage"),
    _("Wound drainage with fever"),
    _("Clear fluid from the wound"),
    _("Clear fluid from the wound with fever"),
    _("Headache on sitting up after a durotomy"),
    _("Headache on sitting up with fever after a durotomy"),
    _("Temperature of 38.0 °C or more in the first days after the operation"),
    _("Temperature of 38.0 °C or more"),
    _("Temperature of 38.0 °C or more that persists"),
    _("Fever with a wound, meningeal or new neurological sign"),
    _("C-reactive protein above 40 mg/L in the second week"),
    _("C-reactive protein rising again"),
    _("C-reactive protein risen by 30 mg/L or more"),
    _("C-reactive protein high or rising, with a wound sign or fever"),
    _("C-reactive protein cannot be judged"),
    _("New severe pain"),
    _("Pain risen by three points or more"),
    _("Fall with injury"),
    _("Sudden new back pain"),
    _("New deformity of the spine"),
    _("Swelling of the calf"),
    _("Chest pain"),
    _("Breathlessness"),
    _("Haemoglobin below 8 g/dL"),
    _("Haemoglobin fallen by 2 g/dL or more since the operation"),
    _("ALT above three times the laboratory's upper limit"),
    _("Low calcium before ibandronate"),
    _("Denosumab more than seven months after the last dose"),
    _("Reported: new weakness"),
    _("Reported: new numbness around the seat"),
    _("Reported: cannot pass urine"),
    _("Reported: new leaking or soiling"),
    _("Reported: pain in both legs"),
    _("Reported: fever"),
    _("Reported: the wound leaks"),
    _("Reported: headache on sitting up"),
    _("Reported: a fall with new pain"),
    _("Reported: calf swelling"),
    _("Reported: chest pain or breathlessness"),
    _("Reported: thoughts of self-harm"),
    _("Reported: the wound leaks; with fever"),
    _("Reported: headache on sitting up; with fever"),
    _("Reported: fever; with a wound sign or headache on sitting up"),
    _("Fever, after a wound sign or headache was reported"),
    _("Wound sign or headache, after fever was reported"),
    _("Reported: a fall that hurt"),
    _("Reported: a fall; whether it hurt is not said"),
    _("Reported: two catheter volumes above 500 mL"),
    _("Reported: low mood"),
)
ADVICE = (
    _(
        "Re-examine today, both legs, by the same basis. Ask for an image of the spine if it is "
        "confirmed."
    ),
    _("Cannot compare with certainty: re-examine."),
    _("Cannot compare: re-examine, and say what hinders the test."),
    _("Cannot compare: re-examine, and grade by the basis used before."),
    _("Ask for an MRI: arachnoiditis, tethering, syrinx or residual cement."),
    _("Contact the surgical team now; examine saddle, anal tone and both legs."),
    _("Contact the surgical team now; measure again right after voiding."),
    _(
        "Contact the surgical team now; empty the bladder and examine saddle, anal tone and both "
        "legs."
    ),
    _("Contact the surgical team now; name the plan for the retention."),
    _("Contact the surgical team now; the plan for the retention no longer holds."),
    _("Plan a trial without catheter; ask about saddle sensation and examine it."),
    _("Contact the surgical team now: it counts as new retention."),
    _("Review the interval between catheterisations."),
    _("Ask for the catheter volumes of the last seven days."),
    _("Contact the surgical team now; examine saddle, anal tone, sensation and both legs."),
    _("Contact the surgical team now, whatever the residual."),
    _("Contact the surgical team now; measure the residual and examine anal tone."),
    _("Contact the surgical team now; measure the residual."),
    _("Contact the surgical team now; examine saddle and anal tone."),
    _("Contact the surgical team now; examine both legs and saddle sensation."),
    _(
        "Contact the surgical team now; MRI for arachnoiditis, tethering, syrinx or residual "
        "cement."
    ),
    _("Contact the surgical team now; take a temperature and look at the wound."),
    _("Contact the surgical team now: wound infection or meningitis must be excluded."),
    _("Contact the surgical team now: it may be cerebrospinal fluid."),
    _("Contact the surgical team now: meningitis must be excluded."),
    _("Contact the surgical team now: cerebrospinal fluid may be leaking."),
    _("Measure again; look at the wound and examine both legs, sensation and the neck."),
    _("Contact the surgical team now; look for its source."),
    _("Contact the surgical team now."),
    _("Review the wound and the temperature, and repeat the value."),
    _("Give what is missing, or repeat the value."),
    _("Review the same day."),
    _("Image the spine the same day: hardware, or a fracture next to it."),
    _("Contact the surgical team now: deep vein thrombosis must be excluded."),
    _("Contact the surgical team now: pulmonary embolism and heart disease must be excluded."),
    _("Contact the surgical team now: pulmonary embolism must be excluded."),
    _("Review: look for bleeding."),
    _("Review the drugs and the liver."),
    _("Review: correct the calcium before the next dose."),
    _("Contact the team now about the next dose or another bone agent: fractures rebound."),
    _(
        "Contact the surgical team now and call the patient; examine both legs and saddle "
        "sensation."
    ),
    _(
        "Contact the surgical team now and call the patient; measure the residual and examine "
        "saddle, anal tone and both legs."
    ),
    _(
        "Contact the surgical team now and call the patient; take a temperature and look at "
        "the wound."
    ),
    _(
        "Contact the surgical team now and call the patient; take a temperature: cerebrospinal "
        "fluid may be leaking."
    ),
    _("Call the patient now; image the spine the same day: hardware, or a fracture next to it."),
    _("Contact the surgical team now and call the patient: deep vein thrombosis must be excluded."),
    _(
        "Contact the surgical team now and call the patient: pulmonary embolism and heart "
        "disease must be excluded."
    ),
    _(
        "Call the patient now; ask about the thoughts directly, see that they are not alone, "
        "and arrange help the same day."
    ),
    _(
        "Contact the surgical team now and call the patient: wound infection or meningitis "
        "must be excluded."
    ),
    _("Contact the surgical team now and call the patient: meningitis must be excluded."),
    _("Ask whether the fall hurt, and whether there is new pain."),
    _("Ask how they are at the next contact, and offer a referral."),
)
# what rules miss, where the record has no word for it
NAMES = {
    "earlier_crp": _("an earlier C-reactive protein"),
    "doses": _("the doses given"),
}
