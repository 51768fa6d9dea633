#!/usr/bin/env bash
# Holds src/ to the rules of ARCHITECTURE.md: who may include whom, how large a folder may be, what a
# header and a file are called. One line for each violation; exit status 1 when there is one, 2 when
# there is nothing to look at.
# usage: tests/structure.sh [ROOT]
set -uo pipefail
cd "${1:-$(dirname "${BASH_SOURCE[0]}")/..}" || exit 2

# Headers that other files than that of their name implement: the header, then each file that defines
# all of it.
exceptions='
src/nn/kernels/conv.h src/nn/kernels/direct/conv.c src/nn/kernels/blas/conv.c
src/nn/kernels/dense.h src/nn/kernels/direct/dense.c src/nn/kernels/blas/dense.c
'

floors=$(awk '/^```/ { inside = $0 == "```floors"; next } inside' ARCHITECTURE.md)
if [ -z "$floors" ]; then
    echo "ARCHITECTURE.md: no list of floors" >&2
    exit 2
fi
mapfile -t files < <(find src -name '*.[ch]' | LC_ALL=C sort)
if [ ${#files[@]} -eq 0 ]; then
    echo "src: no files" >&2
    exit 2
fi

LC_ALL=C floors=$floors exceptions=$exceptions awk '
function violation(text) {
    print text
    n_violations++
}

# ---- what is in a file

# The text without comments, strings, characters and lines of the preprocessor.
function code_only(text,    code, token, end) {
    gsub(/\\\n/, " ", text)
    code = ""
    while (match(text, /\/\*|\/\/|"|\047/)) {
        token = substr(text, RSTART, RLENGTH)
        code = code substr(text, 1, RSTART - 1) " "
        text = substr(text, RSTART + RLENGTH)
        if (token == "/*")
            end = index(text, "*/") + 1
        else if (token == "//")
            end = index(text, "\n") - 1
        else if (token == "\"")
            end = match(text, /^([^"\\]|\\.)*"/) ? RLENGTH : 0
        else
            end = match(text, /^([^\047\\]|\\.)*\047/) ? RLENGTH : 0
        text = substr(text, end + 1)
    }
    code = "\n" code text
    gsub(/\n[ \t]*#[^\n]*/, "\n", code)
    return code
}

# The name of the function that a declaration or the head of a definition is of; "" of anything else.
function function_name(head) {
    gsub(/__attribute__ *\(\(([^()]|\([^()]*\))*\)\)/, " ", head)
    # as kernels are named, which are compiled once for each instruction set
    while (match(head, /KERNEL\([a-z_0-9]+\)/))
        head = substr(head, 1, RSTART - 1) substr(head, RSTART + 7, RLENGTH - 8) \
            substr(head, RSTART + RLENGTH)
    if (head ~ /=|(^|[ \t\n])(static|typedef|INLINE|_Static_assert)([ \t\n(]|$)/)
        return ""
    if (!match(head, /[A-Za-z_][A-Za-z_0-9]*\(/))
        return ""
    return substr(head, RSTART, RLENGTH - 1)
}

# Notes what the file declares (declares[file, 1..]) and defines (defines[file, name]).
function read_functions(file, text,    code, head, depth, token, name) {
    code = code_only(text)
    head = ""
    depth = 0
    while (match(code, /[{};]/)) {
        token = substr(code, RSTART, 1)
        if (depth == 0)
            head = head substr(code, 1, RSTART - 1)
        code = substr(code, RSTART + 1)
        if (token == "}" && depth > 0) {
            depth--
            continue
        }
        if (depth == 0) {
            name = function_name(head)
            if (name != "" && token == "{")
                defines[file, name] = 1
            if (name != "" && token == ";")
                declares[file, ++n_declared[file]] = name
            head = ""
        }
        if (token == "{")
            depth++
    }
}

# ---- the rules

function check_place(file, path, n,    i, folder) {
    folder = n > 2 ? path[2] : ""
    if (folder == "")
        violation(file ": is in no folder of src")
    else if (!(folder in floor))
        violation(file ": the folder " folder " is on no floor of ARCHITECTURE.md")
    for (i = 2; i < n; i++)
        if (index(path[n], path[i] "_") == 1)
            violation(file ": the name repeats that of its folder " path[i])
}

function check_include(file, folder, header,    target) {
    if (header !~ /\//) {
        # the public interface, of include/
        if (header != "deepsvdd.h")
            violation(file ": includes " header " without naming its folder")
        return
    }
    target = header
    sub(/\/.*/, "", target)
    if (target == folder || !(folder in floor))
        return
    if (!(target in floor))
        violation(file ": includes " header ", which is on no floor")
    else if (floor[target] > floor[folder])
        violation(file ": includes " header ", which is on a higher floor")
    else if (floor[target] == floor[folder])
        violation(file ": includes " header ", which is beside it on the same floor")
}

# Every function of the header is defined in each of the files that implement it.
function check_header(header,    files, n, i, d) {
    if (header in implemented) {
        n = split(implemented[header], files, " ")
    } else {
        n = 1
        files[1] = substr(header, 1, length(header) - 1) "c"
    }
    for (i = 1; i <= n; i++) {
        if (!(files[i] in seen)) {
            violation(header ": declares functions, but there is no " files[i])
            continue
        }
        for (d = 1; d <= n_declared[header]; d++)
            if (!((files[i], declares[header, d]) in defines))
                violation(header ": " declares[header, d] " is not defined in " files[i])
    }
}

function check_sizes(    folder) {
    for (folder in lines)
        if (lines[folder] > n_lines / 5)
            violation(sprintf("src/%s: %d of %d lines, more than a fifth", folder, lines[folder],
                              n_lines))
}

function read_file(file,    path, n, folder, text, line, header) {
    n = split(file, path, "/")
    folder = n > 2 ? path[2] : ""
    seen[file] = 1
    check_place(file, path, n)
    text = ""
    while ((getline line <file) > 0) {
        text = text line "\n"
        n_lines++
        if (folder != "")
            lines[folder]++
        if (match(line, /^[ \t]*#[ \t]*include[ \t]*"[^"]+"/)) {
            header = substr(line, RSTART, RLENGTH - 1)
            sub(/^[^"]*"/, "", header)
            check_include(file, folder, header)
        }
    }
    close(file)
    read_functions(file, text)
}

BEGIN {
    n = split(ENVIRON["floors"], rows, "\n")
    for (i = 1; i <= n; i++) {
        n_folders = split(rows[i], names, " ")
        for (k = 1; k <= n_folders; k++)
            floor[names[k]] = n - i
    }
    n = split(ENVIRON["exceptions"], rows, "\n")
    for (i = 1; i <= n; i++)
        if (match(rows[i], / /))
            implemented[substr(rows[i], 1, RSTART - 1)] = substr(rows[i], RSTART + 1)
    for (i = 1; i < ARGC; i++)
        read_file(ARGV[i])
    for (i = 1; i < ARGC; i++)
        if (ARGV[i] in n_declared && ARGV[i] ~ /\.h$/)
            check_header(ARGV[i])
    check_sizes()
    exit n_violations > 0
}' "${files[@]}"
