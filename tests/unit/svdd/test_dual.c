/* The SVDD dual against SciPy (tests/golden/make_svdd_dual.py), its optimality conditions and
 * closed forms. */
#include <string.h>

#include "base/rng.h"
#include "support/golden.h"
#include "support/says.h"
#include "svdd/deep_svdd.h"
#include "svdd/dual.h"
#include "svdd/radius.h"

/* A problem and its solution. */
struct sphere {
    size_t n, n_dims;
    double nu;
    float *phi; /* (n, n_dims) */
    float *center;
    float radius_squared;
    double *alpha;
    struct svdd_dual_report report;
};

static void sphere_create(struct sphere *sphere, size_t n, size_t n_dims, double nu) {
    *sphere = (struct sphere){.n = n, .n_dims = n_dims, .nu = nu};
    sphere->phi = new_floats(n * n_dims);
    sphere->center = new_floats(n_dims);
    sphere->alpha = calloc(n, sizeof *sphere->alpha);
    assert_non_null(sphere->alpha);
}

static void sphere_free(struct sphere *sphere) {
    free(sphere->phi);
    free(sphere->center);
    free(sphere->alpha);
}

static void solve(struct sphere *sphere, const struct svdd_dual_options *options) {
    struct error err = {.message = ""};
    assert_ok(svdd_dual_solve(sphere->phi, sphere->n, sphere->n_dims, sphere->nu, options,
                              sphere->center, &sphere->radius_squared, sphere->alpha,
                              &sphere->report, &err),
              &err);
}

/* A small problem from its numbers, solved. */
static void solve_given(struct sphere *sphere, size_t n, size_t n_dims, double nu,
                        const float *phi) {
    sphere_create(sphere, n, n_dims, nu);
    memcpy(sphere->phi, phi, n * n_dims * sizeof *phi);
    solve(sphere, NULL);
}

/* sum a_i phi_i, and the squared distances to it. Returns sum a_i d_i. */
static double measure(const struct sphere *sphere, double *center, double *distances) {
    double objective = 0;
    for (size_t k = 0; k < sphere->n_dims; k++) {
        center[k] = 0;
        for (size_t i = 0; i < sphere->n; i++)
            center[k] += sphere->alpha[i] * (double)sphere->phi[i * sphere->n_dims + k];
    }
    for (size_t i = 0; i < sphere->n; i++) {
        distances[i] = 0;
        for (size_t k = 0; k < sphere->n_dims; k++) {
            double difference = (double)sphere->phi[i * sphere->n_dims + k] - center[k];
            distances[i] += difference * difference;
        }
        objective += sphere->alpha[i] * distances[i];
    }
    return objective;
}

/* 0 <= a_i <= 1 / (nu n), sum a = 1; d_i <= R2, = R2, >= R2 for a_i = 0, between, at the bound, all
 * within `slack`; returns how many samples there are with a_i > 0. */
static size_t check_multipliers(const struct sphere *sphere, const double *distances,
                                double slack) {
    double upper = fmin(1, 1 / (sphere->nu * (double)sphere->n)), sum = 0;
    double radius_squared = (double)sphere->radius_squared;
    size_t n_support = 0;
    for (size_t i = 0; i < sphere->n; i++) {
        double alpha = sphere->alpha[i], beyond = distances[i] - radius_squared;
        assert_true(alpha >= 0 && alpha <= upper * (1 + 1e-9));
        if (alpha < upper * (1 - 1e-9) && !(beyond <= slack))
            fail_msg("sample %zu with multiplier %g is %g outside", i, alpha, beyond);
        if (alpha > 0 && !(beyond >= -slack))
            fail_msg("sample %zu with multiplier %g is %g inside", i, alpha, -beyond);
        n_support += alpha > 0;
        sum += alpha;
    }
    assert_true(fabs(sum - 1) < 1e-9);
    return n_support;
}

/* R2 is the minimiser for the given centre, and at most nu n samples are outside, at least nu n
 * outside or on the sphere and as many support vectors (the paper's Proposition 4). */
static void check_radius(const struct sphere *sphere, const double *distances, size_t n_support,
                         double slack) {
    double radius_squared = (double)sphere->radius_squared;
    double nu_n = sphere->nu * (double)sphere->n;
    float *rounded = new_floats(sphere->n);
    size_t n_outside = 0, n_on_or_outside = 0;
    for (size_t i = 0; i < sphere->n; i++) {
        rounded[i] = (float)distances[i];
        n_outside += distances[i] > radius_squared + slack;
        n_on_or_outside += distances[i] >= radius_squared - slack;
    }
    assert_true((double)n_outside <= nu_n + 1e-6);
    assert_true((double)n_on_or_outside >= nu_n - 1e-6);
    assert_true((double)n_support >= nu_n - 1e-6);
    double fixed = (double)radius_minimiser(rounded, sphere->n, sphere->nu);
    assert_true(fabs(fixed - radius_squared) <= slack);
    free(rounded);
}

/* Everything that an optimal solution is, to the tolerance that it was solved with. */
static void check_solution(const struct sphere *sphere, double tolerance) {
    double *center = calloc(sphere->n_dims, sizeof *center);
    double *distances = calloc(sphere->n, sizeof *distances);
    assert_true(center && distances);
    double objective = measure(sphere, center, distances);
    double radius_squared = (double)sphere->radius_squared;
    double slack = tolerance * fmax(radius_squared, 1e-3 * objective);
    assert_true(sphere->report.gap <= slack * (1 + 1e-6));
    slack += 2e-7 * radius_squared; /* R2 is a float, and radius_minimiser's d_i are */
    size_t n_support = check_multipliers(sphere, distances, slack);
    check_radius(sphere, distances, n_support, slack);
    for (size_t k = 0; k < sphere->n_dims; k++)
        assert_true(fabs((double)sphere->center[k] - center[k]) <=
                    1e-7 * fabs(center[k]) + 1e-9 * sqrt(objective));

    /* what the primal is, the dual is */
    assert_relative("dual", "objective", sphere->report.objective, objective, 1e-9);
    double primal = 0;
    for (size_t i = 0; i < sphere->n; i++)
        primal += fmax(0, distances[i] - radius_squared);
    primal = radius_squared + primal / fmax(1, sphere->nu * (double)sphere->n);
    assert_true(fabs(primal - objective) <= slack / sphere->nu + 1e-9 * objective);
    free(center);
    free(distances);
}

static double gaussian(struct rng *rng) {
    double u = rng_uniform(rng), v = rng_uniform(rng);
    return sqrt(-2 * log(1 - u)) * cos(2 * 3.14159265358979 * v);
}

static void draw_gaussians(struct sphere *sphere, uint64_t seed) {
    struct rng rng;
    rng_seed(&rng, seed, RNG_DATA);
    for (size_t i = 0; i < sphere->n * sphere->n_dims; i++)
        sphere->phi[i] = (float)gaussian(&rng);
}

/* Eight clusters far from the origin, a twentieth of the samples far from all of them. */
static void draw_clusters(struct sphere *sphere, uint64_t seed) {
    enum { N_CLUSTERS = 8 };
    struct rng rng;
    rng_seed(&rng, seed, RNG_DATA);
    double *middle = calloc(N_CLUSTERS * sphere->n_dims, sizeof *middle);
    assert_non_null(middle);
    for (size_t i = 0; i < N_CLUSTERS * sphere->n_dims; i++)
        middle[i] = 5 + 3 * gaussian(&rng);
    for (size_t i = 0; i < sphere->n; i++) {
        const double *from = middle + rng_below(&rng, N_CLUSTERS) * sphere->n_dims;
        double spread = rng_below(&rng, 20) == 0 ? 8 : 0.5;
        for (size_t k = 0; k < sphere->n_dims; k++)
            sphere->phi[i * sphere->n_dims + k] = (float)(from[k] + spread * gaussian(&rng));
    }
    free(middle);
}

static const char *const golden_names[] = {
    "plane",
    "small_nu",
    "two_outside",
    "skewed",
    "ball",
    "ball_of_many_dims",
    "more_dims_than_samples",
    "line",
    "mean",
    "nearly_mean",
    "outliers",
    "clusters_far_away",
    "duplicates",
    "sphere",
    "dims_of_all_sizes",
};

static double golden_number(const struct tensor_list *golden, const char *name, const char *key) {
    char full[2 * TENSOR_NAME_SIZE];
    snprintf(full, sizeof full, "%s.%s", name, key);
    const char *text = tensor_list_metadata(golden, full);
    if (text == NULL)
        fail_msg("no golden number %s", full);
    return strtod(text, NULL);
}

static double squared_error(const float *center, const float *expected, size_t n_dims) {
    double sum = 0;
    for (size_t k = 0; k < n_dims; k++)
        sum += pow((double)center[k] - (double)expected[k], 2);
    return sum;
}

/* Solved to many digits the solution is SciPy's; as it is solved by default, its centre is as close
 * as promised. */
static void small_problems_are_solved_as_by_scipy(void **state) {
    (void)state;
    struct tensor_list golden;
    golden_read(&golden, "tests/golden/svdd_dual.safetensors");
    for (size_t c = 0; c < sizeof golden_names / sizeof *golden_names; c++) {
        const char *name = golden_names[c];
        const struct tensor *phi = golden_get(&golden, name, "phi");
        const float *center = golden_get(&golden, name, "center")->values;
        double radius_squared = golden_number(&golden, name, "radius_squared");
        double objective = golden_number(&golden, name, "objective");
        double rounding = 1e-6 * radius_squared; /* of a centre up to 100 radii away from 0 */
        struct sphere sphere;
        sphere_create(&sphere, phi->dims[0], phi->dims[1], golden_number(&golden, name, "nu"));
        memcpy(sphere.phi, phi->values, tensor_size(phi) * sizeof *phi->values);

        solve(&sphere, &(struct svdd_dual_options){.tolerance = 1e-11});
        check_solution(&sphere, 1e-11);
        assert_relative(name, "radius_squared", (double)sphere.radius_squared, radius_squared,
                        1e-6);
        assert_relative(name, "objective", sphere.report.objective, objective, 1e-6);
        if (!(squared_error(sphere.center, center, sphere.n_dims) <= 1e-5 * rounding))
            fail_msg("%s: the centre is %g off", name,
                     sqrt(squared_error(sphere.center, center, sphere.n_dims)));

        solve(&sphere, NULL);
        check_solution(&sphere, 1e-6);
        assert_true(squared_error(sphere.center, center, sphere.n_dims) <=
                    1e-6 * fmax(radius_squared, 1e-3 * objective) + rounding * 1e-5);
        sphere_free(&sphere);
    }
    tensor_list_free(&golden);
}

static void large_problems_are_solved(void **state) {
    (void)state;
    static const struct {
        size_t n_dims;
        double nu;
        void (*draw)(struct sphere *, uint64_t);
    } problems[] = {
        {32, 0.01, draw_gaussians}, {32, 0.1, draw_gaussians}, {32, 0.5, draw_gaussians},
        {128, 0.1, draw_gaussians}, {32, 0.01, draw_clusters}, {32, 0.1, draw_clusters},
        {32, 0.5, draw_clusters},   {128, 0.1, draw_clusters},
    };
    for (size_t i = 0; i < sizeof problems / sizeof *problems; i++) {
        struct sphere sphere;
        sphere_create(&sphere, 6000, problems[i].n_dims, problems[i].nu);
        problems[i].draw(&sphere, i);
        solve(&sphere, NULL);
        check_solution(&sphere, 1e-6);
        sphere_free(&sphere);
    }
}

/* Moving all representations moves the centre, and nothing else. Both places are exact in float. */
static void an_offset_only_moves_the_center(void **state) {
    (void)state;
    const float offset = 32768;
    const struct svdd_dual_options options = {.tolerance = 1e-10};
    struct sphere here, there;
    sphere_create(&here, 300, 7, 0.1);
    sphere_create(&there, 300, 7, 0.1);
    draw_gaussians(&here, 3);
    for (size_t i = 0; i < here.n * here.n_dims; i++) {
        here.phi[i] = roundf(256 * here.phi[i]) / 256;
        there.phi[i] = here.phi[i] + offset;
        assert_true(there.phi[i] - offset == here.phi[i]);
    }
    solve(&here, &options);
    solve(&there, &options);
    check_solution(&there, 1e-10);
    assert_relative("offset", "radius", (double)there.radius_squared, (double)here.radius_squared,
                    2e-7);
    for (size_t k = 0; k < here.n_dims; k++)
        assert_true(fabs((double)there.center[k] - (double)offset - (double)here.center[k]) <=
                    6e-8 * (double)offset);
    sphere_free(&here);
    sphere_free(&there);
}

/* A collapsed network: representations that differ in their last bits. */
static void all_but_equal_representations(void **state) {
    (void)state;
    struct sphere sphere;
    sphere_create(&sphere, 1000, 16, 0.1);
    draw_gaussians(&sphere, 4);
    for (size_t i = 0; i < sphere.n * sphere.n_dims; i++)
        sphere.phi[i] = 5 + 1e-6F * sphere.phi[i];
    solve(&sphere, NULL);
    assert_true(sphere.radius_squared > 0 && sphere.radius_squared < 1e-9F);
    check_solution(&sphere, 1e-6);
    sphere_free(&sphere);
}

/* Powers of two scale every number of the solver without rounding. */
static void the_unit_of_length_does_not_matter(void **state) {
    (void)state;
    struct sphere sphere, scaled;
    sphere_create(&sphere, 200, 5, 0.2);
    draw_clusters(&sphere, 5);
    solve(&sphere, NULL);
    for (int exponent = -50; exponent <= 50; exponent += 100) {
        sphere_create(&scaled, 200, 5, 0.2);
        for (size_t i = 0; i < sphere.n * sphere.n_dims; i++)
            scaled.phi[i] = ldexpf(sphere.phi[i], exponent);
        solve(&scaled, NULL);
        assert_memory_equal(scaled.alpha, sphere.alpha, sphere.n * sizeof *sphere.alpha);
        assert_true(scaled.radius_squared == ldexpf(sphere.radius_squared, 2 * exponent));
        for (size_t k = 0; k < sphere.n_dims; k++)
            assert_true(scaled.center[k] == ldexpf(sphere.center[k], exponent));
        sphere_free(&scaled);
    }
    sphere_free(&sphere);
}

/* Two rows, a few, some, all of them: the same to the last bit. */
static void the_cache_changes_nothing(void **state) {
    (void)state;
    static const size_t sizes[] = {1, 800 * 8 * 3, 800 * 8 * 100, 0, SIZE_MAX};
    struct sphere first, other;
    sphere_create(&first, 800, 9, 0.3);
    draw_clusters(&first, 6);
    solve(&first, NULL);
    assert_true(first.report.iterations > 50);
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        sphere_create(&other, 800, 9, 0.3);
        draw_clusters(&other, 6);
        solve(&other, &(struct svdd_dual_options){.cache_bytes = sizes[i]});
        assert_memory_equal(other.alpha, first.alpha, first.n * sizeof *first.alpha);
        assert_memory_equal(other.center, first.center, first.n_dims * sizeof *first.center);
        assert_true(other.radius_squared == first.radius_squared);
        assert_int_equal(other.report.iterations, first.report.iterations);
        sphere_free(&other);
    }
    sphere_free(&first);
}

static void assert_sphere(struct sphere *sphere, double tolerance, float center,
                          float radius_squared) {
    for (size_t k = 0; k < sphere->n_dims; k++)
        assert_true(fabsf(sphere->center[k] - center) <= 1e-6F);
    assert_true(fabsf(sphere->radius_squared - radius_squared) <= 1e-5F);
    check_solution(sphere, tolerance);
    sphere_free(sphere);
}

/* On a line, where the solution is plain to see. */
static void closed_forms(void **state) {
    (void)state;
    struct sphere sphere;
    /* the smallest ball: from -3 to 5 */
    solve_given(&sphere, 5, 1, 0.2, (float[]){-3, 0, 5, 1, 2});
    assert_sphere(&sphere, 1e-6, 1, 16);
    solve_given(&sphere, 5, 1, 0.001, (float[]){-3, 0, 5, 1, 2});
    assert_sphere(&sphere, 1e-6, 1, 16);
    /* the mean, 2; the nearest sample is 1 away */
    solve_given(&sphere, 5, 1, 1, (float[]){-3, 1, 5, 4, 3});
    assert_sphere(&sphere, 1e-6, 2, 1);
    /* -3 and 3 at the bound, -1 and 1 at 0: R2 may be anything from 1 to 9 */
    solve_given(&sphere, 4, 1, 0.5, (float[]){-3, 1, 3, -1});
    assert_sphere(&sphere, 1e-6, 0, 9);
    /* 0.14 * 50 is a little more than 7 in binary, but means 7: three at 10, four at -10 */
    float seven_outside[50] = {10, 10, 10, -10, -10, -10, -10, 1};
    solve_given(&sphere, 50, 1, 0.14, seven_outside);
    assert_sphere(&sphere, 1e-6, -10.0F / 7, 3600.0F / 49);
    /* nothing is left of the sphere: the two outliers have a half, the others are the centre */
    solve_given(&sphere, 10, 1, 0.4, (float[]){0, 0, 0, 5, 0, 0, 0, -5, 0, 0});
    assert_sphere(&sphere, 1e-6, 0, 0);
    /* the corners of a square */
    solve_given(&sphere, 4, 2, 0.1, (float[]){0, 0, 0, 2, 2, 0, 2, 2});
    assert_sphere(&sphere, 1e-6, 1, 2);
    /* one place, taken by one sample or several */
    solve_given(&sphere, 1, 3, 1, (float[]){7, 7, 7});
    assert_sphere(&sphere, 1e-6, 7, 0);
    solve_given(&sphere, 1, 3, 0.01, (float[]){7, 7, 7});
    assert_sphere(&sphere, 1e-6, 7, 0);
    for (double nu = 0.1; nu < 1; nu += 0.2) {
        solve_given(&sphere, 4, 1, nu, (float[]){-0.3F, -0.3F, -0.3F, -0.3F});
        assert_sphere(&sphere, 1e-6, -0.3F, 0);
    }
}

/* Every n, so that nu n is whole, nearly so, and neither. */
static void any_number_of_samples(void **state) {
    (void)state;
    static const double nus[] = {1e-12, 0.01, 0.1, 1.0 / 3, 0.29, 0.5, 0.999, 1};
    for (size_t n = 1; n <= 60; n++)
        for (size_t i = 0; i < sizeof nus / sizeof *nus; i++) {
            struct sphere sphere;
            sphere_create(&sphere, n, 1 + n % 6, nus[i]);
            draw_gaussians(&sphere, n);
            if (n % 3 == 0) /* many equal ones */
                for (size_t k = 0; k < n * sphere.n_dims; k++)
                    sphere.phi[k] = roundf(sphere.phi[k]);
            solve(&sphere, NULL);
            sphere.nu = fmax(sphere.nu, 1 / (double)n); /* all smaller ones mean the same */
            check_solution(&sphere, 1e-6);
            sphere_free(&sphere);
        }
}

static void refuse(size_t n, size_t n_dims, double nu, float value,
                   const struct svdd_dual_options *options, int expected, const char *part) {
    struct sphere sphere;
    struct error err = {.message = ""};
    sphere_create(&sphere, 20, 3, nu);
    draw_gaussians(&sphere, 7);
    sphere.phi[17] = value;
    int status = svdd_dual_solve(sphere.phi, n, n_dims, nu, options, sphere.center,
                                 &sphere.radius_squared, sphere.alpha, &sphere.report, &err);
    assert_int_equal(status, expected);
    assert_says(&err, part);
    assert_true(sphere.radius_squared == 0 && sphere.center[0] == 0 && sphere.alpha[0] == 0);
    sphere_free(&sphere);
}

static void bad_input_is_an_error(void **state) {
    (void)state;
    static const double nus[] = {0, -0.1, 1.001, INFINITY, NAN};
    for (size_t i = 0; i < sizeof nus / sizeof *nus; i++)
        refuse(20, 3, nus[i], 1, NULL, STATUS_USAGE, "it must be in (0, 1]");
    refuse(0, 3, 0.1, 1, NULL, STATUS_USAGE, "0 of 3 dimensions");
    refuse(20, 0, 0.1, 1, NULL, STATUS_USAGE, "20 of 0 dimensions");
    refuse(20, 3, 0.1, NAN, NULL, STATUS_DIVERGED,
           "dimension 2 of the representation of sample 5 is NaN");
    refuse(20, 3, 0.1, -INFINITY, NULL, STATUS_DIVERGED, "sample 5 is infinite");
    refuse(20, 3, 0.01, 1e30F, NULL, STATUS_DIVERGED, "too large for a float");
    const struct svdd_dual_options hasty = {.tolerance = 1e-9, .max_iterations = 2};
    refuse(20, 3, 0.1, 1, &hasty, STATUS_FAILED, "did not converge in 2 iterations");
}

/* What the caller does not want need not be there. */
static void results_are_optional(void **state) {
    (void)state;
    struct sphere sphere;
    struct error err = {.message = ""};
    sphere_create(&sphere, 50, 3, 0.1);
    draw_gaussians(&sphere, 8);
    solve(&sphere, NULL);
    float center[3], radius_squared;
    assert_ok(
        svdd_dual_solve(sphere.phi, 50, 3, 0.1, NULL, center, &radius_squared, NULL, NULL, &err),
        &err);
    assert_memory_equal(center, sphere.center, sizeof center);
    assert_true(radius_squared == sphere.radius_squared);
    sphere_free(&sphere);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(small_problems_are_solved_as_by_scipy),
        cmocka_unit_test(large_problems_are_solved),
        cmocka_unit_test(an_offset_only_moves_the_center),
        cmocka_unit_test(all_but_equal_representations),
        cmocka_unit_test(the_unit_of_length_does_not_matter),
        cmocka_unit_test(the_cache_changes_nothing),
        cmocka_unit_test(closed_forms),
        cmocka_unit_test(any_number_of_samples),
        cmocka_unit_test(bad_input_is_an_error),
        cmocka_unit_test(results_are_optional),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
