/* Time that passes. */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

/* Seconds since some moment, never set back: only differences count. */
double clock_seconds(void);

#endif
