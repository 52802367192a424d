package dev.firn.core.file;

/** A file or folder in memory. */
sealed interface MemoryNode permits MemoryDirectory, MemoryFile {}
