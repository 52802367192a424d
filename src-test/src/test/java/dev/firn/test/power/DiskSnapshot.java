package dev.firn.test.power;

import dev.firn.core.file.MemoryFileSystem;
import java.util.List;
import java.util.Map;

/**
 * The disk at one moment, and what the store on it may hold once the power is back.
 *
 * @param where which moment, for people
 * @param files with all that is not synced still not synced; not changed any more
 * @param least the last commit that must be there
 * @param most the last commit that may be there
 * @param trees the trees that there may be: the numbers of each possibility, by name
 */
record DiskSnapshot(
    String where,
    MemoryFileSystem files,
    long least,
    long most,
    List<Map<String, Integer>> trees) {}
