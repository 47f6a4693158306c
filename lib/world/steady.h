/* steady.h -- logarithm, exponential, sine and cosine that give the same bits on every machine.
 *
 * The C library's own may differ in the last bit from one processor to the next. These use nothing
 * but what IEEE 754 fixes: the four operations, in the order written (-ffp-contract=off).
 *
 * Errors:  none; to 4 units in the last place within the ranges given.
 * Threads: safe.
 * Source:  argument reduction and series as in Cody and Waite, Software Manual for the Elementary
 *          Functions, 1980. */
#ifndef CONTRACE_WORLD_STEADY_H
#define CONTRACE_WORLD_STEADY_H

#define CT_PI 3.14159265358979323846

double ct_steady_exp(double x);                              /* 0 below -700; x up to 700 */
double ct_steady_log(double x);                              /* of a normal number above 0 */
void ct_steady_turn(double x, double *cosine, double *sine); /* radians, |x| up to 1e4 */

#endif
