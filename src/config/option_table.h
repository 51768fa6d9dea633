/* The one table that describes all options: parsing, help, presets, config.json and the comparison
 * of a run directory with a new command read it. */
#ifndef CONFIG_OPTION_TABLE_H
#define CONFIG_OPTION_TABLE_H

#include <stdbool.h>
#include <stddef.h>

enum option_type {
    OPTION_FLAG,
    OPTION_INT,
    OPTION_REAL,
    OPTION_CHOICE,
    OPTION_TEXT,
    OPTION_SWITCH
};

/* Which losses take notice of an option; each of them of those before it as well. */
enum option_use {
    USED_BY_ALL,
    USED_IN_TRAINING, /* svdd and ce: an autoencoder alone has nothing but its pretraining */
    USED_BY_SVDD,
};

/* One row of the table. A preset is written as on the command line; NULL where there is none, or
 * where config_resolve works it out from other options. Every text field has CONFIG_PATH_SIZE
 * bytes. */
struct option {
    const char *name;  /* with dashes: "hard-margin" */
    const char *group; /* heading in the help */
    enum option_type type;
    size_t offset; /* of the field in struct config */
    double min, max;
    bool min_open, max_open; /* the range leaves out its end */
    bool no_zero;            /* the range leaves out 0 */
    const char *choices;     /* "l1 l2 std": of an OPTION_CHOICE the field holds the place, of an
                                OPTION_TEXT the word itself; NULL when any text goes */
    const char *mnist, *cifar10, *gtsrb; /* presets */
    const char *preset_text; /* for the help, where config_resolve works the preset out */
    bool prefixed;           /* the published code spells it <data set>_<name> */
    bool shapes_pretraining; /* what autoencoder comes out of pretraining depends on it */
    bool without_effect;     /* does not change results: not compared when a run is resumed */
    bool same_numbers;       /* changes what is written or evaluated on the way, or last digits:
                                two runs that differ in it are the same experiment */
    bool tabulated;          /* tables have rows, columns or seeds for it: names no column */
    const char *absent;      /* what runs older than the option did, which have none in config.json;
                                NULL: there are no such runs */
    bool of_colours;         /* without effect on grey images */
    enum option_use used;
    const char *help;
};

extern const struct option option_table[];
extern const size_t option_count;

#endif
