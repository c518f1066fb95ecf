"""Which small drawings stand beside words? Line icons on a grid of 24, lamps and marks on a grid of 16."""

from __future__ import annotations

from tongban.web.values import MarkState

ICONS = {
    "alert": '<path d="M12 3 2 20h20L12 3Z"/><path d="M12 10v4.5M12 17.5v.01"/>',
    "arrow": '<path d="M5 12h14M13 6l6 6-6 6"/>',
    "camera": '<path d="M3 7h4l2-3h6l2 3h4v13H3z"/><circle cx="12" cy="13" r="4"/>',
    "building": '<path d="M4 21V9l8-5 8 5v12M2 21h20M9 21v-6h6v6M9 11v.01M15 11v.01"/>',
    "certificate": '<path d="M4 4h16v11H4zM8 8h8M8 11h5"/>'
    '<circle cx="16" cy="16" r="3"/><path d="m14.5 18.5-.5 3 2-1 2 1-.5-3"/>',
    "chart": '<path d="M4 20V4M4 20h16M8 16v-4M12 16V8M16 16v-6"/>',
    "check": '<path d="m4 12.5 5 5L20 6.5"/>',
    "clock": '<circle cx="12" cy="12" r="9"/><path d="M12 7v5l3.5 2"/>',
    "cross": '<path d="M6 6l12 12M18 6 6 18"/>',
    "file": '<path d="M6 3h8l5 5v13H6zM14 3v5h5M9 13h7M9 17h7"/>',
    "globe": '<circle cx="12" cy="12" r="9"/><path d="M3 12h18M12 3c3 3 3 15 0 18M12 3c-3 3-3 15 0 18"/>',
    "home": '<path d="m3 11 9-7 9 7M6 9v11h12V9M10 20v-6h4v6"/>',
    "info": '<circle cx="12" cy="12" r="9"/><path d="M12 11v6M12 7.5v.01"/>',
    "inbox": '<path d="M3 13 6 4h12l3 9v7H3zM3 13h5l1.5 3h5L16 13h5"/>',
    "keyboard": '<path d="M2 6h20v12H2zM6 10v.01M10 10v.01M14 10v.01M18 10v.01M7 14h10"/>',
    "list": '<path d="M8 6h12M8 12h12M8 18h12M4 6v.01M4 12v.01M4 18v.01"/>',
    "lock": '<path d="M5 11h14v10H5zM8 11V7a4 4 0 0 1 8 0v4"/>',
    "person": '<circle cx="12" cy="8" r="4"/><path d="M4 21c0-5 3.5-7 8-7s8 2 8 7"/>',
    "print": '<path d="M7 9V3h10v6M7 17H4V9h16v8h-3M7 14h10v7H7z"/>',
    "search": '<circle cx="11" cy="11" r="7"/><path d="m16.5 16.5 4.5 4.5"/>',
    "seal": '<circle cx="12" cy="12" r="9"/><path d="m8 12.5 3 3 5-6"/>',
    "text": '<path d="M3 19 9 5l6 14M5.2 14h7.6M16 19l2.7-7 2.8 7M16.8 17h3.8"/>',
    "copy": '<path d="M9 9h11v12H9zM15 9V3H4v12h5"/>',
}

LAMPS = {
    "green": '<circle cx="8" cy="8" r="7" fill="currentColor"/>',
    "yellow": '<path d="M8 1 15.5 15H.5Z" fill="currentColor"/>',
    "red": '<path d="M1 1h14v14H1z" fill="currentColor"/>',
    "passed": '<path d="M2 2h12v12H2z" fill="none" stroke="currentColor" stroke-width="2"/>'
    '<path d="M-1 17 17-1" stroke="currentColor" stroke-width="2.5"/>',
    "done": '<path d="m1 8.5 5 5L15.500 3" fill="none" stroke="currentColor" stroke-width="2.75"/>',
    "paused": '<path d="M2 1h4v14H2zM10 1h4v14h-4z" fill="currentColor"/>',
    "none": '<circle cx="8" cy="8" r="6" fill="none" stroke="currentColor" stroke-width="2" stroke-dasharray="3 2"/>',
}

MARKS = {
    MarkState.HOLDS: '<path d="M1 1h14v14H1z" fill="currentColor"/>'
    '<path d="m4 8 3 3 5-6" fill="none" stroke="#FFFFFF" stroke-width="2"/>',
    MarkState.DIFFERS: '<path d="M1.500 1.500h13v13h-13z" fill="none" stroke="currentColor" stroke-width="2"/>'
    '<path d="m4.500 4.500 7 7m0-7-7 7" stroke="currentColor" stroke-width="2"/>',
    MarkState.UNKNOWN: '<path d="M1.500 1.500h13v13h-13z" fill="none" stroke="currentColor" stroke-width="2"/>',
}
