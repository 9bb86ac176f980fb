// The one translation unit that a precompiled header is made for.
