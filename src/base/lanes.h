/* The width of a group: how many images stand side by side in the layout of batches and layers. */
#ifndef BASE_LANES_H
#define BASE_LANES_H

enum { LANES = 16 };

#endif
