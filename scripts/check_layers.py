#!/usr/bin/env python3
"""Who may include whom: reads the #include lines of our code and reports each that breaks the table.

usage: check_layers.py [ROOT]

The build says the same once more with PRIVATE links; this check also sees headers, which a linker
does not. Prints one line per finding, `file:line: found; wanted`, then a summary. Exit codes: 0 none,
1 findings (or no file to read), 2 usage.
"""
import re
import sys
from pathlib import Path

# Folder -> the folders of ours that its files may include, themselves among them. The longest
# matching folder decides; a file outside all of them is not C++ of ours. `*` is everything.
OURS = {
    'hw_models/spec': ['hw_models/spec'],
    'hw_models/golden': ['hw_models/golden', 'hw_models/spec'],
    'hw_models/cycle': ['hw_models/cycle', 'hw_models/spec'],
    'compiler': ['compiler', 'hw_models/spec'],
    'sim': ['sim', 'compiler', 'hw_models/spec', 'hw_models/golden', 'hw_models/cycle'],
    'tests': ['*'],
}

# Library -> its headers (pattern on the whole included path) and the files (pattern on the path from
# the root) that may include them. First match wins.
LIBRARIES = [
    ('fmt', r'fmt/', r'.*'),
    ('yaml-cpp', r'yaml-cpp/', r'(.*_io\.cpp|sim/.*|tests/.*)'),
    ('SystemC', r'(systemc|tlm)(\.h)?$|sysc/|tlm_', r'(hw_models/cycle|sim|tests)/.*'),
    ('Verilator', r'verilated|svdpi\.h$|V\w+\.h$', r'sim/verilated/.*'),
    ('FlatBuffers', r'flatbuffers/|\w+_generated\.h$', r'(compiler/import|tests)/.*'),
    ('OpenSSL', r'openssl/', r'(hw_models/spec/.*\.cpp|compiler/import/.*|sim/.*|tests/.*)'),
    ('zlib', r'zlib\.h$', r'(hw_models/spec/.*\.cpp|sim/.*|tests/.*)'),
    ('CLI11', r'CLI/', r'(sim|tests)/.*'),
    ('nlohmann-json', r'nlohmann/', r'(sim|tests)/.*'),
    ('Catch2', r'catch2/', r'tests/.*'),
    ('POSIX', r'(sys/\w+|unistd|fcntl|dlfcn|dirent|signal|spawn|poll|pthread|termios|getopt)\.h$', r'.*'),
]
# The C++17 library and the compiler's own: a word, or a C header.
STANDARD = re.compile(r'[a-z_0-9]+$|(assert|ctype|errno|float|limits|math|std\w+|string|time)\.h$'
                      r'|immintrin\.h$')
# Headers of a tool, most written by it into the build folder: quoted, but judged as its library's.
BUILT = re.compile(r'V\w+\.h$|verilated\w*\.h$|svdpi\.h$|\w+_generated\.h$')

INCLUDE = re.compile(r'\s*#\s*include\s*(?:<([^>]+)>|"([^"]+)")')
SV_INCLUDE = re.compile(r'\s*`include\s*"([^"]+)"')
MAX_LINES = 400


def folder_of(path, folders):
    """The longest of `folders` that holds `path`, or None."""
    inside = [f for f in folders if path.startswith(f + '/')]
    return max(inside, key=len, default=None)


def check_ours(root, path, header):
    """A quoted include of one of our files: None if the table allows it, else what is wrong."""
    target = folder_of(header, OURS)
    if target is None or '..' in header:
        return f'"{header}" is not written from the root; write "<folder>/.../{Path(header).name}"'
    if not (root / header).is_file():
        return f'"{header}" does not exist'
    source = folder_of(path, OURS)
    allowed = OURS[source]
    if target not in allowed and '*' not in allowed:
        return f'{source} includes "{header}"; it may include only {", ".join(allowed)}'
    return None


def check_library(path, header):
    """An include of someone else's header: None if the table allows it, else what is wrong."""
    for name, headers, files in LIBRARIES:
        if re.match(headers, header):
            if re.fullmatch(files, path):
                return None
            return f'{name} header <{header}>; it is allowed only in {files}'
    if STANDARD.match(header):
        return None
    return f'header <{header}> is in no row of LIBRARIES in check_layers.py; add one that says where it may go'


def check_cpp(root, path, text):
    for number, line in enumerate(text.splitlines(), 1):
        found = INCLUDE.match(line)
        if not found:
            continue
        angled, quoted = found.groups()
        if quoted and not BUILT.match(quoted):
            wrong = check_ours(root, path, quoted)
        elif angled and folder_of(angled, OURS):
            wrong = f'our header <{angled}> in angle brackets; write it in quotes'
        else:
            wrong = check_library(path, angled or quoted)
        if wrong:
            yield f'{path}:{number}: {wrong}'


def check_sv(root, path, text):
    for number, line in enumerate(text.splitlines(), 1):
        found = SV_INCLUDE.match(line)
        if found and ('/' in found.group(1) or not (root / 'rtl' / found.group(1)).is_file()):
            yield f'{path}:{number}: `include "{found.group(1)}"; rtl includes only files of rtl'


def check_size(path, text):
    """Tables and generated files may be long; what people write may not."""
    lines = text.count('\n')
    generated = 'GENERATED' in '\n'.join(text.splitlines()[:3]).upper()
    if lines > MAX_LINES and not generated and not path.endswith('.def'):
        yield f'{path}:{lines}: {lines} lines; at most {MAX_LINES}: split it by noun'


def check(root):
    """All findings below `root`, and the number of files read."""
    findings, files = [], 0
    for folder in ['compiler', 'hw_models', 'sim', 'tests', 'rtl', 'scripts']:
        for file in sorted((root / folder).rglob('*')):
            path = file.relative_to(root).as_posix()
            cpp = file.suffix in ('.h', '.cpp', '.def')
            sv = file.suffix in ('.sv', '.svh')
            if not file.is_file() or not (cpp or sv or file.suffix in ('.py', '.sh')):
                continue
            text = file.read_text(encoding='utf-8')
            files += 1
            findings += check_size(path, text)
            if cpp and folder_of(path, OURS):
                findings += check_cpp(root, path, text)
            elif cpp:
                findings.append(f'{path}:1: C++ in a folder that has no layer; the layers are {", ".join(OURS)}')
            elif sv:
                findings += check_sv(root, path, text)
    return findings, files


def main(arguments):
    if len(arguments) > 1 or (arguments and arguments[0].startswith('-')):
        print(__doc__, file=sys.stderr)
        return 2
    root = Path(arguments[0]) if arguments else Path(__file__).resolve().parent.parent
    findings, files = check(root)
    for finding in findings:
        print(finding)
    print(f'check_layers: {files} files, {len(findings)} findings')
    return 1 if findings or files == 0 else 0


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
