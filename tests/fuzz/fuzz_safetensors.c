/* Weight files, plain and gzipped. */
#include "fuzz_file.h"
#include "io/safetensors.h"

/* Reads every value, for the sanitizers; names find their tensor, so none is there twice. */
static void check_tensors(const struct tensor_list *list) {
    size_t n_values = 0;
    for (size_t i = 0; i < list->n_tensors; i++) {
        const struct tensor *tensor = &list->tensors[i];
        FUZZ_CHECK(strnlen(tensor->name, sizeof tensor->name) < sizeof tensor->name);
        FUZZ_CHECK(tensor->n_dims <= TENSOR_MAX_DIMS);
        FUZZ_CHECK(tensor_list_find(list, tensor->name) == tensor);
        FUZZ_CHECK(tensor->values == list->storage + n_values);
        for (size_t v = 0; v < tensor_size(tensor); v++) {
            volatile float value = tensor->values[v];
            (void)value;
        }
        n_values += tensor_size(tensor);
    }
    for (size_t i = 0; i < list->n_metadata; i++)
        FUZZ_CHECK(tensor_list_metadata(list, list->metadata[i].key) == list->metadata[i].value);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct error err = {.message = ""};
    struct tensor_list list;
    if (safetensors_read(fuzz_file(data, size), &list, &err) == STATUS_OK) {
        check_tensors(&list);
    } else {
        FUZZ_CHECK(list.n_tensors == 0 && list.n_metadata == 0 && list.storage == NULL);
        fuzz_check_message(&err);
    }
    tensor_list_free(&list);
    return 0;
}
