"""Expected-utility bargaining as plain Python, one equation at a time, without arrays.

Written to be read beside the papers and to be held against `tightrope.decide.bargain`; nothing is computed once and
kept, as in the public replications.
"""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Actor:
    capability: float
    position: float
    salience: float
    risk: float = 1.0


@dataclass(frozen=True)
class Offer:
    kind: int  # 1 confrontation, 2 compromise, 3 capitulation
    gain: float
    rival_gain: float
    position: float
    rival: int


class Bargain:
    """Actors in one bargain; `chance`, `risk`, `choice`, `capitulates` and `stays` as in the package's rules."""

    def __init__(self, actors, *, chance, risk, choice, capitulates, stays):
        self.actors = list(actors)
        self.chance_rule, self.risk_rule, self.choice_rule = chance, risk, choice
        self.capitulates, self.stays = capitulates, stays
        places = [a.position for a in self.actors]
        self.range = max(places) - min(places)

    def vote(self, voter, one, other):
        """What a voter lends the position `one` against `other`."""
        far = (abs(voter.position - other) / self.range) ** voter.risk
        near = (abs(voter.position - one) / self.range) ** voter.risk
        return voter.capability * voter.salience * (far - near)

    def chance(self, one, other):
        if one == other:
            return 0.0
        support = sum(max(self.vote(k, one, other), 0.0) for k in self.actors)
        if self.chance_rule == "pair":
            total = sum(abs(self.vote(k, one, other)) for k in self.actors)
        else:
            total = sum(
                abs(self.vote(k, a.position, b.position)) for k in self.actors for a in self.actors for b in self.actors
            )
        return support / total if total > 0 else 0.0

    def median(self):
        def cost(place):
            return sum(a.capability * a.salience * abs(a.position - place) for a in self.actors)

        places = sorted({a.position for a in self.actors})
        least = min(cost(p) for p in places)
        best = [p for p in places if cost(p) - least <= 1e-12 * max(least, 1.0)]
        return (best[0] + best[-1]) / 2

    def mean(self):
        weight = sum(a.capability * a.salience for a in self.actors)
        return sum(a.capability * a.salience * a.position for a in self.actors) / weight

    def expectation(self, challenger, rival, risk):
        """What the challenger expects of challenging, with the utilities bent by `risk`."""
        apart = abs(challenger.position - rival.position) / self.range
        p = self.chance(challenger.position, rival.position)
        success = 2 - 4 * (0.5 - 0.5 * apart) ** risk
        failure = 2 - 4 * (0.5 + 0.5 * apart) ** risk
        fight = rival.salience * (p * success + (1 - p) * failure) + (1 - rival.salience) * success
        return fight

    def left_alone(self, one, other, risk):
        """What `one` expects if it leaves `other` alone."""
        unchanged = 2 - 4 * 0.5**risk
        if self.stays == 1:
            return unchanged
        centre = abs(one.position - self.median()) / self.range
        apart = abs(one.position - other.position) / self.range
        sign = -1 if centre < apart else 1
        drift = 2 - 4 * (0.5 + sign * 0.25 * (centre + apart)) ** risk
        return self.stays * unchanged + (1 - self.stays) * drift

    def danger(self, i):
        me = self.actors[i]
        return sum(
            self.expectation(a, me, 1.0) - self.left_alone(a, me, 1.0) for j, a in enumerate(self.actors) if j != i
        )

    def set_risks(self):
        self.actors = [replace(a, risk=1.0) for a in self.actors]
        if self.risk_rule == "neutral":
            return
        now = [self.danger(i) for i in range(len(self.actors))]
        ranges = [now] * len(now) if self.risk_rule == "others" else [self.dangers_of(i) for i in range(len(now))]
        risks = []
        for danger, among in zip(now, ranges, strict=True):
            low, high = min(among), max(among)
            bold = (2 * danger - high - low) / (high - low) if high - low > 1e-12 else 0.0
            risks.append((1 - bold / 3) / (1 + bold / 3))
        self.actors = [replace(a, risk=r) for a, r in zip(self.actors, risks, strict=True)]

    def dangers_of(self, i):
        """Danger of an actor at each position held, with the others and the median where they are."""
        kept, median = self.actors, self.median()
        found = []
        for place in [a.position for a in kept]:
            self.actors = [replace(a, position=place) if k == i else a for k, a in enumerate(kept)]
            self.median, real = (lambda: median), self.median
            found.append(self.danger(i))
            self.median = real
        self.actors = kept
        return found

    def offer(self, i, j):
        me, other = self.actors[i], self.actors[j]
        if me.position == other.position:
            return None
        left = self.left_alone(me, other, me.risk)
        gain = self.expectation(me, other, me.risk) - left
        rival_gain = self.expectation(other, me, me.risk) - left
        if rival_gain > gain > 0:
            return Offer(1, gain, rival_gain, other.position, j)
        if gain < 0 < rival_gain and rival_gain > -gain:
            part = -gain / rival_gain
            return Offer(2, gain, rival_gain, me.position + part * (other.position - me.position), j)
        if self.capitulates and gain < 0 < rival_gain:
            return Offer(3, gain, rival_gain, other.position, j)
        return None

    def taken(self, i):
        me = self.actors[i]
        made = [o for j in range(len(self.actors)) if (o := self.offer(i, j))]
        if not made:
            return None
        if self.choice_rule == "nearest":
            return min(made, key=lambda o: (abs(o.position - me.position), -o.rival_gain, o.position))
        best = min(o.kind for o in made)

        def key(o):
            if o.kind != 2:
                return abs(o.position - me.position)
            ours, theirs = abs(o.gain), abs(o.rival_gain)
            return (ours * me.position + theirs * self.actors[o.rival].position) / (ours + theirs)

        return min((o for o in made if o.kind == best), key=key)

    def step(self):
        self.set_risks()
        offers = [self.taken(i) for i in range(len(self.actors))]
        self.actors = [replace(a, position=o.position) if o else a for a, o in zip(self.actors, offers, strict=True)]


def run(actors, rounds, **rules):
    """Positions, weighted mean and median at the start and after each round."""
    game = Bargain([Actor(*a) for a in actors], **rules)
    found = [([a.position for a in game.actors], game.mean(), game.median())]
    for _ in range(rounds):
        game.step()
        found.append(([a.position for a in game.actors], game.mean(), game.median()))
    return found
