#!/usr/bin/env bats
# tests/structure.sh: what it says of the sources, and that it sees each kind of violation in a small
# tree of two floors.
# shellcheck disable=SC2154

setup() {
    structure=$BATS_TEST_DIRNAME/../structure.sh
    cd "$BATS_TEST_TMPDIR" || return
    # shellcheck disable=SC2016 # the marks of a code block
    printf '%s\n' 'Not this:' '```' 'nowhere' '```' 'but this:' '```floors' 'top attic' 'left right' \
        'nn' 'bottom cellar' '```' >ARCHITECTURE.md
    # a seventh of the lines for each of them
    for folder in top attic left right nn bottom cellar; do
        function_of "$folder/$folder" "${folder}_do"
        yes '' | head -n 92 >>"src/$folder/$folder.c"
    done
    sed -i '1s,^,#include "bottom/bottom.h"\n,' src/left/left.c
    sed -i '1s,^,#include "left/left.h"\n#include "deepsvdd.h"\n,' src/top/top.c
}

# usage: function_of PATH NAME: src/PATH.h declares a function, src/PATH.c defines it.
function_of() {
    mkdir -p "src/$(dirname "$1")"
    printf '%s\n' '/* int not_this(void); */' "int $2(int n," '    const char *text);' >"src/$1.h"
    printf '%s\n' "#include \"$1.h\"" '/* { */' "int $2(int n, const char *text) {" \
        "    return n == '{' ? text[0] : \"{\\\"\"[0];" '}' >"src/$1.c"
}

# usage: sees LINE: the one violation.
sees() {
    run "$structure" .
    echo "$output"
    [ "$status" -eq 1 ] && [ "$output" = "$1" ]
}

@test "the sources keep to the rules of ARCHITECTURE.md" {
    run "$structure"
    echo "$output"
    [ "$status" -eq 0 ] && [ -z "$output" ]
}

@test "a tree without a violation" {
    run "$structure" .
    echo "$output"
    [ "$status" -eq 0 ] && [ -z "$output" ]
}

@test "an include upward" {
    sed -i '1s,^,  #  include "top/top.h"\n,' src/bottom/bottom.h
    sees "src/bottom/bottom.h: includes top/top.h, which is on a higher floor"
}

@test "an include sideways" {
    sed -i '1s,^,#include "right/right.h"\n,' src/left/left.c
    sees "src/left/left.c: includes right/right.h, which is beside it on the same floor"
}

@test "an include of what is on no floor, or without its folder" {
    sed -i '1s,^,#include "elsewhere/x.h"\n,' src/left/left.c
    sees "src/left/left.c: includes elsewhere/x.h, which is on no floor"
    sed -i '1s,.*,#include "left.h",' src/left/left.c
    sees "src/left/left.c: includes left.h without naming its folder"
}

@test "a folder with more than a fifth of the lines" {
    yes '' | head -n 49 >>src/left/left.c
    run "$structure" .
    [ "$status" -eq 0 ]
    yes '' | head -n 2 >>src/left/left.c
    sees "src/left: 152 of 754 lines, more than a fifth"
}

@test "a function that is defined in a file of another name" {
    function_of left/other stray
    cat src/left/other.h >>src/left/left.h
    rm src/left/other.h
    sees "src/left/left.h: stray is not defined in src/left/left.c"
}

@test "a header of functions without a file of its name" {
    mv src/left/left.c src/left/implementation.c
    sees "src/left/left.h: declares functions, but there is no src/left/left.c"
}

@test "a header that is implemented twice is implemented twice" {
    function_of nn/kernels/conv conv_do
    mkdir src/nn/kernels/direct src/nn/kernels/blas
    cp src/nn/kernels/conv.c src/nn/kernels/direct
    mv src/nn/kernels/conv.c src/nn/kernels/blas
    run "$structure" .
    [ "$status" -eq 0 ]
    sed -i 's/conv_do/conv_try/' src/nn/kernels/blas/conv.c
    sees "src/nn/kernels/conv.h: conv_do is not defined in src/nn/kernels/blas/conv.c"
}

@test "headers of types, inline functions and tables need no file of their name" {
    cat >src/left/types.h <<'END'
#define LATER(n) int later(n);
enum kind { FIRST, SECOND };
struct pair { int (*first)(int n); int second; };
static inline int one(void) { return 1; }
extern const struct pair table[];
END
    run "$structure" .
    echo "$output"
    [ "$status" -eq 0 ]
}

@test "a declaration beside which there is only a static function of the name" {
    sed -i 's/^int left_do/static &/' src/left/left.c
    sees "src/left/left.h: left_do is not defined in src/left/left.c"
}

@test "the name of a folder before that of a file in it" {
    mkdir src/left/inner
    : >src/left/left_right.h
    sees "src/left/left_right.h: the name repeats that of its folder left"
    mv src/left/left_right.h src/left/inner/inner_x.h
    sees "src/left/inner/inner_x.h: the name repeats that of its folder inner"
}

@test "a file outside of all floors" {
    : >src/stray.c
    sees "src/stray.c: is in no folder of src"
    mkdir src/nowhere
    mv src/stray.c src/nowhere/file.c
    sees "src/nowhere/file.c: the folder nowhere is on no floor of ARCHITECTURE.md"
}

@test "nothing to look at is not a success" {
    rm -r src
    run "$structure" .
    [ "$status" -eq 2 ]
    mkdir src && : >src/file.c
    sed -i 's/floors//' ARCHITECTURE.md
    run "$structure" .
    [ "$status" -eq 2 ]
    [ "$output" = "ARCHITECTURE.md: no list of floors" ]
}
