/* deepsvdd: Deep Support Vector Data Description (Ruff et al., ICML 2018) in C.
 *
 * The public interface of the library. Training and scoring join it when the library is packaged;
 * until then it is the version alone. */
#ifndef DEEPSVDD_H
#define DEEPSVDD_H

#define DEEPSVDD_VERSION "0.2.0"

#endif
