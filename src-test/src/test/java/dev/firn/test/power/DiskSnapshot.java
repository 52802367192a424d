package dev.firn.test.power;

import dev.firn.core.file.MemoryFileSystem;
import java.util.List;
import java.util.Map;

/**
 * The disk at one moment, and what the store on it may hold after a power cut.
 *
 * @param where the moment, for messages
 * @param files the disk with its unsynced changes; not modified
 * @param min the last commit that must be there
 * @param max the last commit that may be there
 * @param trees the possible sets of trees: number by name
 */
record DiskSnapshot(
    String where, MemoryFileSystem files, long min, long max, List<Map<String, Integer>> trees) {}
