/* An enum and the words of an option from one list, so that neither can change without the other:
 *
 *     #define FRUITS(X) X(FRUIT_APPLE, "apple") X(FRUIT_PEAR, "pear")
 *     enum fruit { FRUITS(CHOICE_CONSTANT) };
 *
 * and CHOICE_WORDS(FRUITS) is "apple pear". */
#ifndef BASE_CHOICES_H
#define BASE_CHOICES_H

#define CHOICE_CONSTANT(constant, word) constant,
#define CHOICE_WORD(constant, word) " " word

/* The words in the order of the constants, with a blank between them. */
#define CHOICE_WORDS(list) (&(list(CHOICE_WORD))[1])

#endif
