/* What the tables of commands and options say, on standard output. */
#ifndef CLI_HELP_H
#define CLI_HELP_H

#include "cli/commands.h"

/* The whole help (`deepsvdd --help`) and that of one command. */
void help_program(void);
void help_command(const struct command *command);

/* Every option of the table, in groups. */
void help_options(void);

#endif
