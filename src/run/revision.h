/* Which numbers the program computes. */
#ifndef RUN_REVISION_H
#define RUN_REVISION_H

/* Another text where anything has changed that numbers may depend on: the sources of all that
 * computes, the compiler and its flags. What one revision has begun another does not go on with. */
const char *run_revision(void);

#endif
