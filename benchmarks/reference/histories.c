/* The model of docs/model.md once more, by hand: what a careful C programmer would get out of the processor.

   Members run in the LANES innermost elements of every array, so that each loop over them becomes a few vector
   instructions; a block's whole world fits the first two levels of cache; states are taken one after another, because
   within a quarter they do not look at each other; cells without shocks and slots without decisions are skipped.
   layout.h, written by native.py, has the sizes and where each input lies. All mechanisms are on. */

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "layout.h"

#define LANES 16
#define FACTORS (POWERS + CHANNELS)

enum { TRADE, ENERGY, REMITTANCES, FINANCE, SECURITY, TRANSPORT, DIPLOMACY, CULTURE, PEOPLE };
enum { IGNORE, REWARD, BARRIER, MIGRANTS, EXTEND, ANSWERS };
enum { B_DEPENDENCE, B_THREAT, B_OFFER, B_ALIGNMENT, B_ROOM, B_REGIME, B_NORM, B_STATUSQUO, B_TURNOUT, COEFFICIENTS };
enum { AGGRESSION, ATTENTION, CAPABILITY, INVASION, SANCTIONED, SANCTIONER, WITHDRAWAL, OF_POWER };

typedef float lanes __attribute__((vector_size(4 * LANES)));
typedef int32_t ints __attribute__((vector_size(4 * LANES)));
typedef uint32_t words __attribute__((vector_size(4 * LANES)));

typedef struct {
    int32_t quarter, slot, state, options;
    uint32_t key[2];
    int32_t habit[OPTIONS];
    float stance[OPTIONS][POWERS], degree[OPTIONS], regime[OPTIONS], norm[OPTIONS], statusquo[OPTIONS];
    float isolation[OPTIONS], placate[OPTIONS], evasion[OPTIONS], admission[OPTIONS];
    float turnout[OPTIONS];
    float offers[POWERS], ties[CHANNELS][POWERS], reach[POWERS], scale;
} decision;

typedef struct {
    const float (*ranges)[3];
    const uint32_t (*range_keys)[2];
    const float (*coefficients)[STATES][DRAWS];
    const float (*habits)[DRAWS];
    const uint32_t (*draw_key)[2];
    const float (*forced)[LEVELS][3];
    const int32_t *field; /* which kind of shock a level belongs to */
    const uint32_t (*place_keys)[2];
    const uint32_t (*common_keys)[FACTORS][2];
    const uint32_t (*own_keys)[STATES][FACTORS][2];
    const uint32_t (*answer_keys)[STATES][POWERS][2];
    const decision *inside, *outside;
    int64_t n_inside, n_outside;
} problem;

typedef struct {
    /* (quarter, state, power, member) or (quarter, state, member) */
    float *dependence, *threat, *alignment, *growth, *remittances, *trade, *food_price, *evasion;
    int8_t *picks;  /* (quarter, slot, state, member) */
    int8_t *answer; /* (quarter, state, power, member) */
    float *credibility; /* (quarter, power, member) */
    float *toward, *away, *quiet, *regime; /* ([quarter] state, ..., member), at the end */
    int64_t *odds, *before; /* (decision, option) */
} outcome;

typedef struct {
    lanes x[INPUTS];
    ints which; /* draw of the weights */
    lanes coefficient[COEFFICIENTS][STATES], rest[CHANNELS][STATES], hold[CHANNELS][STATES], nearness[STATES][POWERS];
    lanes below[FIELDS], above[FIELDS];
    lanes power[OF_POWER][POWERS], credibility[POWERS], common[FACTORS];
    lanes volume[CHANNELS][STATES][POWERS], alignment[STATES][POWERS];
    struct { /* all zero at the start */
        lanes arrivals[STATES][POWERS], evasion[STATES][POWERS], penalty[STATES][POWERS], placated[STATES][POWERS];
        lanes reward[STATES][POWERS], barrier[STATES][POWERS], harsh[STATES][POWERS];
        lanes toward[STATES][POWERS], away[STATES][POWERS];
        lanes facilitation[STATES], food[STATES], quiet[STATES], regime[STATES], sent[STATES], traded[STATES];
    };
} block;

/* What one state sees, does and meets in one quarter. */
typedef struct {
    lanes share[CHANNELS][POWERS], dependence[POWERS], threat[POWERS], pull[POWERS], penalty[POWERS];
    lanes answer[ANSWERS][POWERS];
    struct { /* sums over what it chooses */
        lanes toward[POWERS], away[POWERS], placate[POWERS], change[CHANNELS][POWERS];
        lanes welcome, facilitation, quiet, regime;
    } chosen;
} state;

static inline lanes either(ints mask, lanes yes, lanes no) { return (lanes)((mask & (ints)yes) | (~mask & (ints)no)); }
/* Plain numbers spread over the lanes where they meet them. */
#define WIDE(a) ((a) + (lanes){0})
#define max(a, b) ({ lanes a_ = WIDE(a), b_ = WIDE(b); either(a_ > b_, a_, b_); })
#define min(a, b) ({ lanes a_ = WIDE(a), b_ = WIDE(b); either(a_ < b_, a_, b_); })
#define where(mask, yes, no) either(mask, WIDE(yes), WIDE(no))
static inline lanes clip(lanes a, float low, float high) { return min(max(a, low), high); }
#define FLOATS(a) __builtin_convertvector(a, lanes)
#define INTS(a) __builtin_convertvector(a, ints)

static inline words scramble(words word) {
    word = (word ^ (word >> 16)) * 0x21F0AAADu;
    word = (word ^ (word >> 15)) * 0xD35A2D97u;
    return word ^ (word >> 15);
}

static inline lanes uniform(const uint32_t key[2], words member) {
    words word = scramble(scramble(member * 0x9E3779B9u + key[0]) ^ key[1]);
    return FLOATS((ints)(word >> 9)) * 0x1p-23f + 0x1p-24f;
}

static inline lanes exponential(lanes x) {
    x = clip(x, -87, 88);
    lanes n = FLOATS(INTS(x * 1.44269504f + where(x < 0, -0.5f, 0.5f)));
    lanes r = x - n * 0.693147181f;
    lanes p = WIDE(1 / 720.0f);
    p = 1 / 120.0f + p * r;
    p = 1 / 24.0f + p * r;
    p = 1 / 6.0f + p * r;
    p = 0.5f + p * r;
    p = 1 + p * r;
    p = 1 + p * r;
    return p * (lanes)((INTS(n) + 127) << 23);
}

/* Of positive numbers (Cephes, single precision). */
static inline lanes logarithm(lanes x) {
    ints exponent = (((ints)x - 0x3F3504F3) >> 23);
    lanes m = (lanes)((ints)x - (exponent << 23)) - 1, square = m * m;
    lanes p = WIDE(7.0376836292e-2f);
    p = -1.1514610310e-1f + p * m;
    p = 1.1676998740e-1f + p * m;
    p = -1.2420140846e-1f + p * m;
    p = 1.4249322787e-1f + p * m;
    p = -1.6668057665e-1f + p * m;
    p = 2.0000714765e-1f + p * m;
    p = -2.4999993993e-1f + p * m;
    p = 3.3333331174e-1f + p * m;
    return m - 0.5f * square + p * m * square + FLOATS(exponent) * 0.693147181f;
}

static inline lanes root(lanes x) {
    for (int l = 0; l < LANES; l++) x[l] = sqrtf(x[l]);
    return x;
}

/* Inverse of the normal distribution through that of the error function (Giles 2010, single precision). */
static inline lanes normal(const uint32_t key[2], words member) {
    lanes y = 2 * uniform(key, member) - 1;
    lanes w = -logarithm((1 - y) * (1 + y));
    lanes a = w - 2.5f, b = root(w) - 3, p, q;
    p = WIDE(2.81022636e-08f);
    p = 3.43273939e-07f + p * a;
    p = -3.5233877e-06f + p * a;
    p = -4.39150654e-06f + p * a;
    p = 0.00021858087f + p * a;
    p = -0.00125372503f + p * a;
    p = -0.00417768164f + p * a;
    p = 0.246640727f + p * a;
    p = 1.50140941f + p * a;
    q = WIDE(-0.000200214257f);
    q = 0.000100950558f + q * b;
    q = 0.00134934322f + q * b;
    q = -0.00367342844f + q * b;
    q = 0.00573950773f + q * b;
    q = -0.0076224613f + q * b;
    q = 0.00943887047f + q * b;
    q = 1.00167406f + q * b;
    q = 2.83297682f + q * b;
    return 1.41421356f * y * either(w < 5, p, q);
}

/* A draw within a range, `below` and `above` the place of the draw under and over the stated value. */
static inline lanes within(const float range[3], lanes below, lanes above) {
    return range[0] + below * (range[0] - range[1]) + above * (range[2] - range[0]);
}

#define X(name) (b->x[X_##name])
#define OF_PAIR(name) (b->x[X_##name + i * POWERS + p])
#define OF_TIE(c) (b->x[X_SHARE + ((c) * STATES + i) * POWERS + p])
#define EACH(k, size) for (int k = 0; k < (size); k++)

static inline lanes gathered(const float *row, ints at) {
    lanes found;
    EACH(l, LANES) found[l] = row[at[l]];
    return found;
}

static void draw(const problem *g, block *b, words member) {
    EACH(k, INPUTS) {
        lanes side = 2 * uniform(g->range_keys[k], member) - 1;
        b->x[k] = within(g->ranges[k], min(side, 0), max(side, 0));
    }
    EACH(k, FIELDS) {
        lanes side = 2 * uniform(g->place_keys[k], member) - 1;
        b->below[k] = min(side, 0);
        b->above[k] = max(side, 0);
    }
    b->which = INTS(uniform(*g->draw_key, member) * (float)DRAWS);
    EACH(k, COEFFICIENTS) EACH(i, STATES) b->coefficient[k][i] = gathered(g->coefficients[k][i], b->which);
}

/* The world of the histories before their first quarter. */
static void begin(block *b) {
    memset(b->arrivals, 0, (size_t)((char *)(b + 1) - (char *)b->arrivals));
    EACH(i, STATES) {
        lanes total = {0};
        EACH(c, CHANNELS) total += b->x[X_STAKE + c * STATES + i];
        EACH(c, CHANNELS) {
            lanes sum = {0}, taken = {0};
            b->hold[c][i] = b->x[X_STAKE + c * STATES + i] / total * (1 - b->x[X_REPLACEABILITY + c * STATES + i]);
            EACH(p, POWERS) sum += OF_TIE(c);
            EACH(p, POWERS) {
                OF_TIE(c) /= max(sum, 1);
                b->volume[c][i][p] = OF_TIE(c);
                taken += OF_TIE(c);
            }
            b->rest[c][i] = 1 - taken;
        }
        EACH(p, POWERS) {
            b->nearness[i][p] = exponential(-OF_PAIR(DISTANCE) / X(DISTANCE_SCALE));
            b->alignment[i][p] = OF_PAIR(ALIGNMENT);
            b->sent[i] += OF_TIE(REMITTANCES);
            b->traded[i] += OF_TIE(TRADE);
        }
    }
}

/* Whether a level of the scenario differs from zero. */
static inline int acts(const problem *g, int t, int k) {
    const float *range = g->forced[t][k];
    return range[0] != 0 || range[1] != 0 || range[2] != 0;
}

static inline lanes level(const problem *g, const block *b, int t, int k) {
    int f = g->field[k];
    return acts(g, t, k) ? within(g->forced[t][k], b->below[f], b->above[f]) : (lanes){0};
}

static void powers_now(const problem *g, block *b, int t) {
    static const int at[] = {F_AGGRESSION,  F_ATTENTION,  F_CAPABILITY, F_INVASION,
                             F_SANCTIONED, F_SANCTIONER, F_WITHDRAWAL};
    EACH(k, OF_POWER) EACH(p, POWERS) b->power[k][p] = level(g, b, t, at[k] + p);
    EACH(p, POWERS) b->credibility[p] = b->x[X_CREDIBILITY + p] * (1 - clip(b->power[WITHDRAWAL][p], 0, 1));
}

static void look(const problem *g, const block *b, int t, int i, state *s) {
    EACH(p, POWERS) s->dependence[p] = (lanes){0};
    EACH(c, CHANNELS) {
        lanes total = b->rest[c][i];
        EACH(p, POWERS) total += b->volume[c][i][p];
        total = 1 / total;
        EACH(p, POWERS) {
            s->share[c][p] = b->volume[c][i][p] * total;
            s->dependence[p] += s->share[c][p] * b->hold[c][i];
        }
    }
    EACH(p, POWERS) {
        lanes capability = b->x[X_CAPABILITY + p] * b->power[CAPABILITY][p], offer = {0};
        lanes ratio = capability / (capability + b->x[X_CAPABILITY_STATE + i]);
        lanes exposure = X(EXPOSURE_BASE) + X(EXPOSURE_COETHNIC) * (OF_PAIR(COETHNIC) + b->arrivals[i][p]) +
                         X(EXPOSURE_ASSET) * OF_PAIR(ASSET) + X(EXPOSURE_BORDER) * OF_PAIR(LAND);
        lanes menace = ratio * b->nearness[i][p] * b->power[AGGRESSION][p] * exposure * b->power[ATTENTION][p];
        s->threat[p] = (1 - exponential(-menace)) * (1 - X(DIVERTED_THREAT_SIZE) * b->evasion[i][p]);
        EACH(c, CHANNELS) {
            int k = F_OFFER + (c * STATES + i) * POWERS + p;
            if (acts(g, t, k)) offer += level(g, b, t, k);
        }
        s->pull[p] = b->coefficient[B_DEPENDENCE][i] * s->dependence[p] + b->coefficient[B_THREAT][i] * s->threat[p] +
                     b->coefficient[B_OFFER][i] * (clip(offer, 0, 1) * b->credibility[p] + b->reward[i][p]) +
                     b->coefficient[B_ALIGNMENT][i] * b->alignment[i][p];
        s->penalty[p] = clip(b->penalty[i][p] + level(g, b, t, F_EXTENSION + i * POWERS + p), 0, 1);
    }
}

/* Probability of every option of a decision. */
static void weigh(const problem *g, const block *b, const decision *d, const state *s, lanes odds[OPTIONS]) {
    int i = d->state;
    lanes cost = X(EXPORTERS_OPENNESS_SIZE) * b->x[X_ENERGY_EXPORTER + i];
    lanes stress = 1 + X(FOOD_STRESS) * b->food[i] / 100;
    lanes now = WIDE(1), top = WIDE(-1e30f), sum = {0}, wanted[POWERS];
    EACH(p, POWERS) {
        now = min(now, (1 - s->dependence[p]) * (1 - s->threat[p]));
        wanted[p] = s->pull[p] + b->coefficient[B_OFFER][i] * b->credibility[p] * d->offers[p];
    }
    EACH(o, d->options) {
        lanes after = WIDE(1e30f);
        lanes worth = b->coefficient[B_REGIME][i] * stress * d->regime[o] + b->coefficient[B_NORM][i] * d->norm[o] +
                      b->coefficient[B_STATUSQUO][i] * d->statusquo[o] - cost * d->isolation[o] +
                      b->coefficient[B_TURNOUT][i] * d->turnout[o];
        if (d->habit[o]) worth += gathered(g->habits[d->habit[o]], b->which);
        EACH(p, POWERS) {
            worth += d->stance[o][p] * wanted[p];
            after = min(after, (1 - s->dependence[p] - d->degree[o] * d->reach[p]) * (1 - s->threat[p]));
        }
        odds[o] = d->scale * (worth + b->coefficient[B_ROOM][i] * (after - now));
        top = max(top, odds[o]);
    }
    EACH(o, d->options) sum += odds[o] = exponential(odds[o] - top);
    EACH(o, d->options) odds[o] /= sum;
}

/* Add up the odds over the lanes, in whole numbers of 2**-16. */
static void count(int options, const lanes odds[OPTIONS], int64_t *into) {
    EACH(o, options) {
        ints whole = INTS(odds[o] * 65536.0f + 0.5f);
        int32_t sum = 0;
        EACH(l, LANES) sum += whole[l];
        into[o] += sum;
    }
}

/* Number of the option that a uniform draw picks. */
static inline lanes choose(int options, const lanes odds[], const uint32_t key[2], words member) {
    lanes edge = {0}, last = {0}, pick = WIDE(-1), u = uniform(key, member);
    EACH(o, options) {
        lanes next = edge + odds[o];
        pick = where((u >= edge) & (u < next), (float)o, pick);
        last = where(odds[o] > 0, (float)o, last);
        edge = next;
    }
    return where(pick < 0, last, pick);
}

static inline void write(lanes x, float *to) { memcpy(to, &x, sizeof x); }

static inline void write_small(lanes x, int8_t *to) {
    typedef int8_t bytes __attribute__((vector_size(LANES)));
    bytes small = __builtin_convertvector(INTS(x), bytes);
    memcpy(to, &small, sizeof small);
}

static void decide(const problem *g, const block *b, const decision *d, state *s, words member, int8_t *picks, int64_t *counts) {
    lanes odds[OPTIONS], pick, stance[POWERS] = {0}, degree = {0}, placate = {0};
    weigh(g, b, d, s, odds);
    count(d->options, odds, counts);
    pick = choose(d->options, odds, d->key, member);
    write_small(pick, picks);
    EACH(o, d->options) {
        lanes taken = where(pick == (float)o, 1, 0);
        degree += taken * d->degree[o];
        placate += taken * d->placate[o];
        s->chosen.welcome += taken * d->admission[o];
        s->chosen.facilitation += taken * d->evasion[o];
        s->chosen.quiet += taken * d->statusquo[o];
        s->chosen.regime += taken * (d->regime[o] > 0 ? d->regime[o] : 0);
        EACH(p, POWERS) stance[p] += taken * d->stance[o][p];
    }
    EACH(p, POWERS) {
        s->chosen.toward[p] += max(stance[p], 0);
        s->chosen.away[p] += max(-stance[p], 0);
        s->chosen.placate[p] += where(stance[p] > 0, placate, 0);
    }
    EACH(c, CHANNELS) EACH(p, POWERS) if (d->ties[c][p] != 0) s->chosen.change[c][p] += degree * d->ties[c][p];
}

static void answer(const block *b, int i, state *s, const uint32_t keys[POWERS][2], words member, int8_t *kept, int64_t members) {
    lanes evasion = {0};
    EACH(p, POWERS) evasion += b->evasion[i][p];
    EACH(p, POWERS) {
        lanes odds[ANSWERS], pick, total;
        lanes net = s->chosen.toward[p] - s->chosen.away[p], spare = b->power[ATTENTION][p], sanctioner = b->power[SANCTIONER][p];
        lanes anger = spare * max(-net, 0) * (1 - clip(X(PLACATION_SIZE) * b->placated[i][p], 0, 1));
        lanes punish = X(ANSWER_PUNISH_BASE) + X(ANSWER_PUNISH) * anger - X(ANSWER_COST) * OF_PAIR(OWN_COST);
        odds[IGNORE] = WIDE(1);
        odds[REWARD] = exponential(X(ANSWER_REWARD_BASE) + X(ANSWER_REWARD) * spare * max(net, 0));
        odds[BARRIER] = exponential(punish + X(ANSWER_HOLD) * s->share[TRADE][p] * b->hold[TRADE][i]);
        odds[MIGRANTS] = exponential(punish + X(ANSWER_HOLD) * s->share[REMITTANCES][p] * b->hold[REMITTANCES][i]);
        odds[EXTEND] = sanctioner * exponential(X(ANSWER_EXTEND_BASE) + X(ANSWER_EXTEND) * sanctioner * evasion);
        total = 1 / (odds[IGNORE] + odds[REWARD] + odds[BARRIER] + odds[MIGRANTS] + odds[EXTEND]);
        EACH(k, ANSWERS) odds[k] *= total;
        pick = choose(ANSWERS, odds, keys[p], member);
        EACH(k, ANSWERS) s->answer[k][p] = where(pick == (float)k, 1, 0);
        write_small(pick, kept + p * members);
    }
}

static void targets(const problem *g, const block *b, int t, int i, const state *s, lanes target[CHANNELS][POWERS]) {
    lanes loss = {0}, takers = {0}, passed = {0}, sellers = {0}, others = b->rest[TRADE][i], start[POWERS];
    EACH(c, CHANNELS) EACH(p, POWERS) {
        int k = (c * STATES + i) * POWERS + p;
        target[c][p] = OF_TIE(c);
        if (acts(g, t, F_CORRIDOR + k)) target[c][p] += level(g, b, t, F_CORRIDOR + k);
        if (acts(g, t, F_OFFER + k)) target[c][p] += X(OFFER_UPTAKE) * b->credibility[p] * level(g, b, t, F_OFFER + k);
        target[c][p] = max(target[c][p], 0);
    }
    EACH(p, POWERS) {
        int k = i * POWERS + p;
        lanes barrier = clip(level(g, b, t, F_BARRIER + k) + b->barrier[i][p], 0, 1);
        lanes cut = clip(level(g, b, t, F_REMITTANCE_CUT + k) + b->harsh[i][p], 0, 1);
        lanes staying = 1 - level(g, b, t, F_EXPULSION + k);
        lanes change = level(g, b, t, F_TRADE_CHANGE + k);
        start[p] = OF_TIE(TRADE) * change;
        target[TRADE][p] *= change * (1 - barrier) * (1 - X(PENALTY_TRADE) * b->penalty[i][p]) *
                            (1 + b->evasion[i][p]);
        loss += max(start[p] - target[TRADE][p], 0);
        takers += where(target[TRADE][p] >= start[p], start[p], 0);
        passed += start[p] * b->evasion[i][p];
        sellers += b->power[SANCTIONER][p] * start[p];
        target[REMITTANCES][p] *= (1 - cut) * staying;
        target[FINANCE][p] *= (1 - X(PENALTY_FINANCE) * s->penalty[p]) *
                              (1 - X(SANCTIONS_SPILLOVER_SIZE) * b->power[SANCTIONED][p]);
        target[CULTURE][p] *= 1 + X(KINSHIP_SIZE) * OF_PAIR(LANGUAGE) * (1 - X(FEAR_WEIGHT) * OF_PAIR(FEAR));
        target[PEOPLE][p] *= staying * (1 - X(DRAFTED_MIGRANTS_SIZE) * b->power[INVASION][p]);
    }
    loss *= X(BALANCING_COST_SIZE) / max(takers + others, 1e-6f);
    passed /= max(sellers, 1e-6f);
    EACH(p, POWERS) target[TRADE][p] += where(target[TRADE][p] >= start[p], loss * start[p], 0) +
                                        passed * b->power[SANCTIONER][p] * start[p];
}

static lanes growth(const block *b, int i, const state *s) {
    lanes sent = {0}, traded = {0}, relocation = {0}, arrivals = {0}, evasion = {0}, penalty = {0};
    EACH(p, POWERS) {
        sent += b->volume[REMITTANCES][i][p];
        traded += b->volume[TRADE][i][p];
        relocation += b->power[SANCTIONED][p] * b->volume[TRADE][i][p];
        arrivals += b->arrivals[i][p];
        evasion += b->evasion[i][p];
        penalty += s->penalty[p];
    }
    lanes remitted = 100 * (sent - b->sent[i]) / max(b->sent[i] + b->rest[REMITTANCES][i], 1e-6f);
    lanes change = 100 * (traded - b->traded[i]) / max(b->traded[i] + b->rest[TRADE][i], 1e-6f);
    return b->x[X_GROWTH_TREND + i] + X(REMITTANCE_ELASTICITY) * b->x[X_REMITTANCES_GDP + i] * remitted +
           X(TRADE_ELASTICITY) * b->x[X_TRADE_GDP + i] * change + X(BUSINESS_RELOCATION_SIZE) * relocation +
           X(ARRIVALS_GROWTH) * arrivals + X(EVASION_GROWTH) * evasion - X(PENALTY_GROWTH) * penalty;
}

static void move(block *b, int i, const state *s, lanes target[CHANNELS][POWERS], const uint32_t keys[FACTORS][2], words member) {
    lanes own[FACTORS], spread = root((1 - X(COMMON_SHARE)) / 2), sent = {0}, traded = {0};
    EACH(k, FACTORS) own[k] = b->common[k] + spread * normal(keys[k], member);
    EACH(p, POWERS) {
        sent += b->volume[REMITTANCES][i][p];
        traded += b->volume[TRADE][i][p];
    }
    b->sent[i] += (sent - b->sent[i]) / 4;
    b->traded[i] += (traded - b->traded[i]) / 4;
    EACH(c, CHANNELS) EACH(p, POWERS) {
        lanes now = b->volume[c][i][p];
        lanes after = now * (1 + b->x[X_VOLATILITY + c] * (own[p] + own[POWERS + c])) +
                      b->x[X_REVERSION + c] * (target[c][p] - now) + s->chosen.change[c][p];
        if (c == FINANCE) after += X(REWARD_SIZE) * s->answer[REWARD][p];
        b->volume[c][i][p] = max(after, 0);
    }
}

static void update(block *b, int i, state *s) {
    lanes fade = 1 - X(ANSWER_FADE), war = {0}, sanctioned = {0}, welcome = clip(s->chosen.welcome, -1, 1);
    EACH(p, POWERS) {
        lanes net = s->chosen.toward[p] - s->chosen.away[p], stakes = s->chosen.toward[p] + s->chosen.away[p], a = b->alignment[i][p];
        lanes passage = 1 - X(ENFORCEMENT) * (1 - OF_PAIR(LAND));
        lanes aim = clip(b->x[X_RE_EXPORT_SIZE + i] * b->power[SANCTIONED][p] * passage * (1 + b->facilitation[i]), 0, 1);
        b->alignment[i][p] = clip(a + X(ALIGNMENT_RATE) * (net - a * stakes) + X(ALIGNMENT_RETURN) * (OF_PAIR(ALIGNMENT) - a) +
                                      b->x[X_SOFT_POWER + p] * s->share[CULTURE][p], -1, 1);
        b->arrivals[i][p] += X(SKILLED_ARRIVALS_SIZE) * b->power[INVASION][p] * OF_PAIR(LAND) * (1 + welcome);
        b->evasion[i][p] += X(EVASION_RATE) * (aim - b->evasion[i][p]);
        b->penalty[i][p] = clip(fade * b->penalty[i][p] + X(PENALTY_SIZE) * s->answer[EXTEND][p], 0, 1);
        b->reward[i][p] = clip(fade * b->reward[i][p] + X(REWARD_OFFER) * s->answer[REWARD][p], 0, 1);
        b->barrier[i][p] = clip(fade * b->barrier[i][p] + X(BARRIER_SIZE) * s->answer[BARRIER][p], 0, 1);
        b->harsh[i][p] = clip(fade * b->harsh[i][p] + X(HARSH_SIZE) * s->answer[MIGRANTS][p], 0, 1);
        b->placated[i][p] = fade * b->placated[i][p] + s->chosen.placate[p];
        b->toward[i][p] += s->chosen.toward[p];
        b->away[i][p] += s->chosen.away[p];
        war = max(war, b->power[INVASION][p]);
        sanctioned = max(sanctioned, b->power[SANCTIONED][p]);
    }
    b->facilitation[i] = clip(fade * b->facilitation[i] + s->chosen.facilitation, -1, 1);
    b->food[i] = X(FOOD_PRICE_SIZE) * (war + sanctioned) / 2 * b->x[X_FOOD_IMPORT + i];
    b->quiet[i] += s->chosen.quiet;
    b->regime[i] += s->chosen.regime;
}

/* Write a state's part of the outcome: the ties and stocks after the quarter. */
static void keep(const block *b, int t, int i, int64_t at, int64_t members, const state *s, const outcome *out) {
    lanes sent = b->rest[REMITTANCES][i], traded = b->rest[TRADE][i], evasion = {0};
    int64_t cell = (int64_t)(t * STATES + i) * members + at;
    EACH(p, POWERS) {
        int64_t pair = ((int64_t)(t * STATES + i) * POWERS + p) * members + at;
        write(s->dependence[p], out->dependence + pair);
        write(s->threat[p], out->threat + pair);
        write(b->alignment[i][p], out->alignment + pair);
        sent += b->volume[REMITTANCES][i][p];
        traded += b->volume[TRADE][i][p];
        evasion += b->evasion[i][p];
    }
    write(sent, out->remittances + cell);
    write(traded, out->trade + cell);
    write(b->food[i], out->food_price + cell);
    write(evasion, out->evasion + cell);
}

static void finish(const block *b, int64_t at, int64_t members, const outcome *out) {
    EACH(i, STATES) {
        write(b->quiet[i], out->quiet + i * members + at);
        write(b->regime[i], out->regime + i * members + at);
        EACH(p, POWERS) {
            write(b->toward[i][p], out->toward + (i * POWERS + p) * members + at);
            write(b->away[i][p], out->away + (i * POWERS + p) * members + at);
        }
    }
}

static void judge_earlier(const problem *g, block *b, state *s, const outcome *out) {
    lanes odds[OPTIONS];
    powers_now(g, b, 0);
    for (int64_t k = 0; k < g->n_outside; k++) {
        const decision *d = g->outside + k;
        if (k == 0 || d->state != d[-1].state) look(g, b, 0, d->state, s);
        weigh(g, b, d, s, odds);
        count(d->options, odds, out->before + k * OPTIONS);
    }
}

static void run(const problem *g, const outcome *out, uint32_t first, int64_t at, int64_t members) {
    block whole, *b = &whole;
    state s;
    lanes target[CHANNELS][POWERS];
    words member;
    int64_t next = 0;
    EACH(l, LANES) member[l] = first + (uint32_t)(at + l);
    draw(g, b, member);
    begin(b);
    judge_earlier(g, b, &s, out);
    EACH(t, QUARTERS) {
        lanes spread = root(X(COMMON_SHARE) / 2);
        powers_now(g, b, t);
        EACH(p, POWERS) write(b->credibility[p], out->credibility + (int64_t)(t * POWERS + p) * members + at);
        EACH(k, FACTORS) b->common[k] = spread * normal(g->common_keys[t][k], member);
        EACH(i, STATES) {
            int64_t cell = (int64_t)(t * STATES + i) * members + at;
            look(g, b, t, i, &s);
            memset(&s.chosen, 0, sizeof s.chosen);
            for (; next < g->n_inside && g->inside[next].quarter == t && g->inside[next].state == i; next++) {
                const decision *d = g->inside + next;
                int64_t place = (int64_t)((t * SLOTS + d->slot) * STATES + i) * members + at;
                decide(g, b, d, &s, member, out->picks + place, out->odds + next * OPTIONS);
            }
            answer(b, i, &s, g->answer_keys[t][i], member, out->answer + (cell - at) * POWERS + at, members);
            targets(g, b, t, i, &s, target);
            write(growth(b, i, &s), out->growth + cell);
            move(b, i, &s, target, g->own_keys[t][i], member);
            update(b, i, &s);
            keep(b, t, i, at, members, &s, out);
        }
    }
    finish(b, at, members, out);
}

static void add(int64_t n, const int64_t *from, int64_t *to) {
    for (int64_t k = 0; k < n; k++) to[k] += from[k];
}

/* Simulate members `first` to `first + members - 1`; their number has to be a multiple of `lanes_at_once`. */
void histories(const problem *g, const outcome *out, uint32_t first, int64_t members, int threads) {
    int64_t n_odds = g->n_inside * OPTIONS, n_before = g->n_outside * OPTIONS;
    memset(out->picks, -1, (size_t)members * QUARTERS * SLOTS * STATES);
#pragma omp parallel num_threads(threads)
    {
        outcome mine = *out; /* sums of its own for each thread */
        mine.odds = calloc((size_t)(n_odds + n_before) + 1, sizeof(int64_t));
        mine.before = mine.odds + n_odds;
#pragma omp for schedule(dynamic, 4)
        for (int64_t k = 0; k < members / LANES; k++) run(g, &mine, first, k * LANES, members);
#pragma omp critical
        {
            add(n_odds, mine.odds, out->odds);
            add(n_before, mine.before, out->before);
        }
        free(mine.odds);
    }
}

int lanes_at_once(void) { return LANES; }
int size_of_decision(void) { return sizeof(decision); }
