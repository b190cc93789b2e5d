"""Full names, of which no two within several hundred consecutive patients are the same."""

from math import gcd

KOREAN_FAMILY = (
    "Kim", "Lee", "Park", "Choi", "Jung", "Kang", "Cho", "Yoon", "Jang", "Lim", "Han", "Oh", "Seo",
    "Shin", "Kwon", "Hwang", "Ahn", "Song", "Ryu", "Hong", "Jeon", "Ko", "Moon", "Yang", "Bae",
)  # fmt: skip
KOREAN_FEMALE = (
    "Youngsook", "Jungja", "Soonja", "Malsoon", "Okhee", "Bokhee", "Kilja", "Myungja", "Kyungja",
    "Chunja", "Insook", "Youngja", "Soonhee", "Hyesook", "Jeongsook", "Okja", "Keumja", "Sunok",
    "Bunnam", "Yongsoon", "Hwaja", "Misook", "Kwangja", "Donghee",
)  # fmt: skip
KOREAN_MALE = (
    "Taeho", "Youngsoo", "Jongho", "Sangchul", "Byungsoo", "Kwangsik", "Jaeho", "Dongsoo",
    "Hyunwoo", "Changsoo", "Namsik", "Yongho", "Jongsik", "Sungmin", "Kiyoung", "Inho",
)  # fmt: skip
EUROPEAN_FAMILY = (
    "Schmidt", "Rossi", "Clarke", "Weber", "Bianchi", "Lefèvre", "Müller", "Jansen", "Larsen",
    "Moreau", "Costa", "Fischer", "Bennett", "García", "Virtanen", "Murphy", "Keller", "Ferrari",
    "Dubois", "Nilsson", "Almeida", "Hughes", "Romano", "Peeters", "Lindholm",
)  # fmt: skip
EUROPEAN_FEMALE = (
    "Maria", "Anna", "Helen", "Ingrid", "Giulia", "Margaret", "Elisabeth", "Carmen", "Hélène",
    "Ursula", "Brigitte", "Teresa", "Astrid", "Monique", "Rosa", "Dorothy", "Gerda", "Paula",
    "Lucia", "Edith", "Marianne", "Sofia", "Beatriz", "Joan",
)  # fmt: skip
EUROPEAN_MALE = (
    "Peter", "Hans", "Antonio", "Willem", "Pierre", "George", "Lars", "Manuel", "Karl", "Matti",
    "Giovanni", "Thomas", "Erik", "Patrick", "Luís", "Johannes",
)  # fmt: skip

LISTS = {
    (True, "female"): (KOREAN_FAMILY, KOREAN_FEMALE),
    (True, "male"): (KOREAN_FAMILY, KOREAN_MALE),
    (False, "female"): (EUROPEAN_FAMILY, EUROPEAN_FEMALE),
    (False, "male"): (EUROPEAN_FAMILY, EUROPEAN_MALE),
}
# steps through every pair of a list before one comes again
STRIDE = 257
assert all(gcd(STRIDE, len(family) * len(given)) == 1 for family, given in LISTS.values())


def full_name(*, seed: int, number: int, korean: bool, sex: str) -> str:
    """Family name first where that is the custom; two numbers less than 400 apart differ."""
    family, given = LISTS[korean, sex]
    which = (number * STRIDE + seed) % (len(family) * len(given))
    first, last = given[which // len(family)], family[which % len(family)]
    return f"{last} {first}" if korean else f"{first} {last}"
