package dev.firn.core.file;

/** What a name in a folder in memory stands for. */
sealed interface MemoryNode permits MemoryDirectory, MemoryFile {}
