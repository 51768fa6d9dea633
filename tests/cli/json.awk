# Prints a JSON text as lines "path.to.key=value", elements of arrays numbered from 0, strings in
# their quotes. With -v lines=1 every line is a text of its own, and its number begins the path.
# Exit status 1 when the text is not JSON.

function fail(what) {
    if (!failed)
        print "not JSON: " what ", before: " substr(text, 1, 40) >"/dev/stderr"
    failed = 1
    text = ""
}

# The next token, taken off the text.
function next_token(    token) {
    sub(/^[ \t\r\n]+/, "", text)
    if (text == "")
        return ""
    if (index("{}[]:,", substr(text, 1, 1)) > 0)
        RLENGTH = 1
    else if (!match(text, /^"([^"\\]|\\.)*"/) && !match(text, /^-?[0-9]+(\.[0-9]+)?([eE][-+]?[0-9]+)?/) &&
             !match(text, /^(true|false|null)/)) {
        fail("no token")
        return ""
    }
    token = substr(text, 1, RLENGTH)
    text = substr(text, RLENGTH + 1)
    return token
}

# What stands between { } or [ ]; the opening bracket has been read.
function contents(path, close_bracket, is_object,    token, key, n) {
    token = next_token()
    if (token == close_bracket)
        return
    for (n = 0; !failed; n++) {
        key = n
        if (is_object) {
            if (token !~ /^"/ || next_token() != ":")
                fail("no key")
            key = substr(token, 2, length(token) - 2)
            token = next_token()
        }
        value(path (path == "" ? "" : ".") key, token)
        token = next_token()
        if (token == close_bracket)
            return
        if (token != ",")
            fail("no comma")
        token = next_token()
    }
}

# A value whose first token has been read.
function value(path, token) {
    if (token == "{")
        contents(path, "}", 1)
    else if (token == "[")
        contents(path, "]", 0)
    else if (token == "" || index("}]:,", token) > 0)
        fail("no value")
    else
        print path "=" token
}

function document(path) {
    value(path, next_token())
    if (!failed && next_token() != "")
        fail("more than one value")
}

lines { text = $0; document(NR) }
!lines { whole = whole $0 "\n" }
END {
    if (!lines) {
        text = whole
        document("")
    }
    exit failed
}
