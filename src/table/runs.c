#include "table/runs.h"

#include <stdlib.h>
#include <string.h>

/* ---- what objects have in common */

static bool is_same(const cJSON *a, const cJSON *b) {
    return b != NULL && cJSON_Compare(a, b, true);
}

/* Takes out of `common` what `other` has not, or with another value; objects that both have are
 * looked through in turn. */
static void intersect(cJSON *common, const cJSON *other) {
    for (cJSON *item = common->child, *next; item != NULL; item = next) {
        const cJSON *its = cJSON_GetObjectItemCaseSensitive(other, item->string);
        next = item->next;
        if (cJSON_IsObject(item) && cJSON_IsObject(its))
            intersect(item, its);
        else if (!is_same(item, its))
            cJSON_Delete(cJSON_DetachItemViaPointer(common, item));
    }
}

static bool add_rest(cJSON *rest, const cJSON *results, const cJSON *common);

/* A copy of an item: of a string, as table_add_text writes it. */
static bool add_copy(cJSON *rest, const cJSON *item) {
    if (cJSON_IsString(item)) {
        table_add_text(rest, item->string, item->valuestring);
        return true;
    }
    if (cJSON_IsObject(item)) {
        cJSON *object = cJSON_AddObjectToObject(rest, item->string);
        return object != NULL && add_rest(object, item, NULL);
    }
    cJSON *copy = cJSON_Duplicate(item, true);
    return copy != NULL && cJSON_AddItemToObject(rest, item->string, copy);
}

/* Adds what `common` (or NULL) has not. */
static bool add_rest(cJSON *rest, const cJSON *results, const cJSON *common) {
    bool added = true;
    for (const cJSON *item = results->child; added && item != NULL; item = item->next) {
        const cJSON *shared = cJSON_GetObjectItemCaseSensitive(common, item->string);
        if (is_same(item, shared))
            continue;
        if (cJSON_IsObject(item) && cJSON_IsObject(shared)) {
            cJSON *object = cJSON_AddObjectToObject(rest, item->string);
            added = object != NULL && add_rest(object, item, shared);
        } else {
            added = add_copy(rest, item);
        }
    }
    return added;
}

/* ---- the runs of a table */

void table_add_text(cJSON *json, const char *key, const char *text) {
    struct error plain;
    error_write(&plain, "%s", text);
    cJSON_AddStringToObject(json, key, plain.message);
}

static int compare_pointers(const void *a, const void *b) {
    const struct listed_run *x = *(const struct listed_run *const *)a,
                            *y = *(const struct listed_run *const *)b;
    return (x > y) - (x < y);
}

/* The runs that the cells point to, each once and in the order of the list; NULL when out of
 * memory. Freed with free(). */
static const struct listed_run **collect(const struct table *table, size_t *n_runs) {
    const struct listed_run **runs = calloc(table->n_runs + 1, sizeof(struct listed_run *));
    size_t n = 0, n_unique = 0;
    if (runs == NULL)
        return NULL;
    for (size_t p = 0; p < table->n_parts; p++) {
        const struct table_part *part = &table->parts[p];
        for (size_t c = 0; c < part->n_rows * part->n_columns; c++)
            for (size_t i = 0; i < part->cells[c].n; i++)
                runs[n++] = part->cells[c].runs[i].run;
    }
    qsort(runs, n, sizeof(struct listed_run *), compare_pointers);
    for (size_t i = 0; i < n; i++)
        if (i == 0 || runs[i] != runs[i - 1])
            runs[n_unique++] = runs[i];
    *n_runs = n_unique;
    return runs;
}

static bool add_runs(cJSON *json, const cJSON *common, const struct listed_run *const *runs,
                     size_t n) {
    cJSON *array = cJSON_AddArrayToObject(json, "runs");
    bool added = array != NULL;
    for (size_t i = 0; added && i < n; i++) {
        cJSON *object = cJSON_CreateObject();
        added = object != NULL && cJSON_AddItemToArray(array, object);
        if (added) {
            table_add_text(object, "path", runs[i]->path);
            added = add_rest(object, runs[i]->results, common);
        }
    }
    return added;
}

bool table_add_runs(cJSON *json, const struct table *table) {
    size_t n = 0;
    const struct listed_run **runs = collect(table, &n);
    cJSON *common = n > 0 ? cJSON_Duplicate(runs[0]->results, true) : cJSON_CreateObject();
    bool added = runs != NULL && common != NULL;
    for (size_t i = 1; added && i < n; i++)
        intersect(common, runs[i]->results);
    cJSON *shown = added ? cJSON_AddObjectToObject(json, "common") : NULL;
    added = shown != NULL && add_rest(shown, common, NULL) && add_runs(json, common, runs, n);
    cJSON_Delete(common);
    free(runs);
    return added;
}
