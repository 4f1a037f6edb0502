"""Completion of the command line by the shell: a script to load, made from the commands.

Files are completed by the shell itself. What may not enter: anything about one command.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from xl_collab.commands.command import Command

_BASH = """_{function}() {{
  local words=""
  if [ "$COMP_CWORD" -eq 1 ]; then
    words="{names}"
  else
    case "${{COMP_WORDS[1]}} ${{COMP_WORDS[2]}}" in
{cases}
    esac
  fi
  COMPREPLY=($(compgen -W "$words" -- "${{COMP_WORDS[COMP_CWORD]}}"))
}}
complete -o default -F _{function} {program}
"""
_ZSH = "autoload -U +X bashcompinit && bashcompinit\n"
_POWERSHELL = """$xlCollabOptions = @{{
{cases}
}}
Register-ArgumentCompleter -Native -CommandName {program} -ScriptBlock {{
  param($word, $line, $position)
  $said = @($line.CommandElements | Select-Object -Skip 1 | ForEach-Object {{ "$_" }})
  $two = ($said | Select-Object -First 2) -join ' '
  $found = if ($xlCollabOptions.ContainsKey($two)) {{ $two }} else {{ "$($said | Select-Object -First 1)" }}
  $first = $said.Count -eq 0 -or ($said.Count -eq 1 -and $word)
  $words = if ($first) {{ -split '{names}' }} else {{ $xlCollabOptions[$found] }}
  $words | Where-Object {{ $_ -like "$word*" }} | ForEach-Object {{
    [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_)
  }}
}}
"""


def bash(program: str, named: Mapping[str, Command]) -> str:
    """For ~/.bashrc: eval "$(xl-collab --completion bash)"."""
    # "calendar import" comes before what begins with calendar alone.
    cases = [
        f'      "{name if " " in name else f"{name} "}"*) words="{" ".join(flags(named[name]))}" ;;'
        for name in sorted(named, key=lambda name: -name.count(" "))
    ]
    groups: dict[str, list[str]] = {}
    for name in named:
        first, _, second = name.partition(" ")
        if second:
            groups.setdefault(first, []).append(second)
    cases += [f'      "{first} "*) words="{" ".join(seconds)}" ;;' for first, seconds in groups.items()]
    function = program.replace("-", "_")
    return _BASH.format(function=function, program=program, names=first_words(named), cases="\n".join(cases))


def zsh(program: str, named: Mapping[str, Command]) -> str:
    """For ~/.zshrc, in the same way: zsh understands bash's."""
    return _ZSH + bash(program, named)


def powershell(program: str, named: Mapping[str, Command]) -> str:
    """For $PROFILE: xl-collab --completion powershell | Out-String | Invoke-Expression."""
    cases = [f"  '{name}' = -split '{' '.join(flags(one))}'" for name, one in named.items()]
    return _POWERSHELL.format(program=program, names=first_words(named), cases="\n".join(cases))


SHELLS: Mapping[str, Callable[[str, Mapping[str, Command]], str]] = {
    "bash": bash,
    "zsh": zsh,
    "powershell": powershell,
}


def flags(command: Command) -> list[str]:
    """Every option of a command as it may be typed."""
    return [flag for option in command.on_line for flag in option.flags] + ["-h", "--help"]


def first_words(named: Mapping[str, Command]) -> str:
    """The first word of every command, each once."""
    return " ".join(dict.fromkeys(name.partition(" ")[0] for name in named))
