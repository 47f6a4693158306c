#include "names.h"

#include "contrace/number.h"
#include "contrace/time.h"

#define PRIME UINT64_C(99999989) /* the largest below 1e8 */

ct_names ct_names_of(uint64_t seed)
{
    ct_chance chance = ct_chance_of(seed, CT_FOR_NUMBER, 0, 0);
    ct_names names = {.factor = 10000000 + ct_chance_below(&chance, 80000000)};
    names.shift = ct_chance_below(&chance, (uint32_t)PRIME);
    names.inverse = 1; /* factor^(PRIME - 2), by Fermat */
    uint64_t power = names.factor;
    for (uint64_t e = PRIME - 2; e > 0; e /= 2) {
        if (e % 2)
            names.inverse = names.inverse * power % PRIME;
        power = power * power % PRIME;
    }
    return names;
}

bool ct_name_find(const ct_names *names, uint32_t people, ct_str text, uint32_t *person)
{
    if (text.len != CT_NAME_LEN || memcmp(text.ptr, "0000", 4) != 0)
        return false;
    uint64_t number = 0;
    for (size_t i = 4; i < text.len; i++) {
        if (text.ptr[i] < '0' || text.ptr[i] > '9')
            return false;
        number = number * 10 + (uint64_t)(text.ptr[i] - '0');
    }
    if (number >= PRIME)
        return false;
    const uint64_t found = (number + PRIME - names->shift) % PRIME * names->inverse % PRIME;
    *person = (uint32_t)found;
    return found < people;
}

static char *put_digits(char *at, uint64_t n, int digits)
{
    for (int i = digits - 1; i >= 0; i--, n /= 10)
        at[i] = (char)('0' + n % 10);
    return at + digits;
}

char *ct_put_name(char *at, const ct_names *names, uint32_t person)
{
    return put_digits(at, (person * names->factor + names->shift) % PRIME, CT_NAME_LEN);
}

char *ct_put_text(char *at, const char *text)
{
    while (*text)
        *at++ = *text++;
    return at;
}

char *ct_put_count(char *at, int64_t n)
{
    return at + ct_format_int(at, n);
}

char *ct_put_rounded(char *at, double v, int decimals)
{
    return at + ct_format_rounded(at, v, decimals);
}

char *ct_put_time(char *at, int64_t us)
{
    return at + ct_time_format(at, us);
}

char *ct_put_wall(char *at, int64_t wall_us)
{
    /* "2026-03-02T08:00:00Z", of whole seconds */
    at += ct_time_format(at, wall_us - wall_us % CT_SECOND);
    at[-10] = ' ';
    return at - 1;
}

char *ct_put_place(char *at, const ct_city *city, uint32_t place)
{
    const unsigned setting = city->places[place].setting;
    at = ct_put_text(at, ct_setting_names[setting]);
    *at++ = '-';
    return ct_put_count(at, (int64_t)place - city->first_place[setting] + 1);
}

char *ct_put_coach(char *at, const ct_coach *coach)
{
    at = ct_put_text(at, "bus-");
    at = ct_put_count(at, coach->line + 1);
    at = ct_put_text(at, coach->back ? "-back-" : "-out-");
    return put_digits(at, coach->run + 1, 3);
}
