#include "table/runs.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "io/json.h"

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

static void add_rest(cJSON *rest, const cJSON *results, const cJSON *common);

/* A copy of an item: of a string, as table_add_text writes it. */
static void add_copy(cJSON *rest, const cJSON *item) {
    if (cJSON_IsString(item))
        table_add_text(rest, item->string, item->valuestring);
    else if (cJSON_IsObject(item))
        add_rest(json_add_object(rest, item->string), item, NULL);
    else
        json_add_item(rest, item->string, cJSON_Duplicate(item, true));
}

/* Adds what `common` (or NULL) has not. */
static void add_rest(cJSON *rest, const cJSON *results, const cJSON *common) {
    for (const cJSON *item = results->child; item != NULL; item = item->next) {
        const cJSON *shared = cJSON_GetObjectItemCaseSensitive(common, item->string);
        if (is_same(item, shared))
            continue;
        if (cJSON_IsObject(item) && cJSON_IsObject(shared))
            add_rest(json_add_object(rest, item->string), item, shared);
        else
            add_copy(rest, item);
    }
}

/* ---- the runs of a table */

void table_add_text(cJSON *json, const char *key, const char *text) {
    char *plain = strdup(text);
    if (plain != NULL)
        text_one_line(plain);
    json_add_text(json, key, plain);
    free(plain);
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

static void add_runs(cJSON *json, const cJSON *common, const struct listed_run *const *runs,
                     size_t n) {
    cJSON *array = json_add_array(json, "runs");
    for (size_t i = 0; i < n; i++) {
        cJSON *object = json_append_object(array);
        table_add_text(object, "path", runs[i]->path);
        add_rest(object, runs[i]->results, common);
    }
}

void table_add_runs(cJSON *json, const struct table *table) {
    size_t n = 0;
    const struct listed_run **runs = collect(table, &n);
    cJSON *common =
        runs != NULL && n > 0 ? cJSON_Duplicate(runs[0]->results, true) : cJSON_CreateObject();
    if (runs == NULL || common == NULL) {
        json_add_item(json, "common", NULL); /* could not be made */
    } else {
        for (size_t i = 1; i < n; i++)
            intersect(common, runs[i]->results);
        add_rest(json_add_object(json, "common"), common, NULL);
        add_runs(json, common, runs, n);
    }
    cJSON_Delete(common);
    free(runs);
}
