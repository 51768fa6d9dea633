/* "did you mean ...?" */
#ifndef CLI_SUGGEST_H
#define CLI_SUGGEST_H

#include <stdbool.h>
#include <stddef.h>

/* Edit distance: insertions, deletions, substitutions and swaps of neighbours. Case and the
 * difference of '-' and '_' do not count. Words longer than 63 bytes are infinitely far
 * (SIZE_MAX). */
size_t suggest_distance(const char *a, const char *b);

/* The option that is spelled most like `name` (both without dashes in front), prefixed names among
 * them; false when none comes near. */
bool suggest_option(const char *name, char *suggestion, size_t size);

/* The same for commands. */
bool suggest_command(const char *name, char *suggestion, size_t size);

#endif
