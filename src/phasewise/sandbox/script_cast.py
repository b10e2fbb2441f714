"""The people of the scripted team: `script` gives them work, `team` registers them as Jira users."""

import random
import unicodedata
from dataclasses import dataclass

_KNOWN = """
Ines Carvalho|Europe/Lisbon|PT
Mateusz Zieliński|Europe/Warsaw|PL
Ananya Iyer|Asia/Kolkata|IN
Kwame Mensah|Europe/London|GB
Leila Haddad|Europe/Paris|FR
Yuki Hayashi|Europe/Berlin|DE
Diego Fuentes|Europe/Madrid|ES
Hanna Lindqvist|Europe/Stockholm|SE
Zhang Min|Europe/Amsterdam|NL
Olena Shevchuk|Europe/Warsaw|PL
Thandiwe Ndlovu|Africa/Johannesburg|ZA
Marco Bellini|Europe/Rome|IT
Nguyễn Thu Hà|Europe/Berlin|DE
Emre Yıldız|Europe/Istanbul|TR
Grace O'Connor|Europe/Dublin|IE
Rafael Duarte|America/Sao_Paulo|BR
Esther Kwon|America/New_York|US
Jakub Novák|Europe/Prague|CZ
Mariam Sow|Europe/Paris|FR
Eero Aaltonen|Europe/Helsinki|FI
"""

_GIVEN = """
Aisha Bruno Chidi Dana Elif Farid Gita Hugo Ivana João Kenji Lucía Malik Nadia Omar Petra Qing Rosa
Samir Tala Ugo Vera Wanjiru Ximena Yusuf Zoë
"""
_FAMILY = """
Abebe Berg Castro Dubois Eriksen Ferrari García Horvat Ito Jansen Kovács Lam Moreau Nakamura Okafor
Popescu Quispe Rossi Singh Tran Ueda Varga Wójcik Xu Yamada Zhou
"""


@dataclass(frozen=True, slots=True)
class Person:
    """`key` names them inside the script, `country` (ISO 3166-1) is whose public holidays they keep."""

    key: str
    name: str
    zone: str
    country: str

    @property
    def email(self) -> str:
        return f"{self.key}@example.com"


def cast_of(seed: int, team_size: int) -> tuple[Person, ...]:
    """The people of a team, in an order that depends on the seed; keys are unique."""
    rng = random.Random(f"cast/{seed}")
    known = [tuple(line.split("|")) for line in _KNOWN.strip().splitlines()]
    head, rest = known[:8], known[8:]
    rng.shuffle(head)
    rng.shuffle(rest)
    chosen = (head + rest)[:team_size]
    given, family = _GIVEN.split(), _FAMILY.split()
    for n in range(team_size - len(chosen)):
        name = f"{given[n % len(given)]} {family[(n + n // len(family)) % len(family)]}"
        chosen.append((name, *known[n % len(known)][1:]))
    people: dict[str, Person] = {}
    for name, zone, country in chosen:
        key = _key(name)
        while key in people:
            key += "2"
        people[key] = Person(key, name, zone, country)
    return tuple(people.values())


def _key(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name.replace("ı", "i").replace("ł", "l").replace("đ", "d"))
    letters = "".join(char for char in plain if char.isascii() and (char.isalpha() or char == " "))
    return ".".join(letters.lower().split())
