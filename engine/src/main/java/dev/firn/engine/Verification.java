package dev.firn.engine;

import dev.firn.error.CorruptionException;
import org.jspecify.annotations.Nullable;

/**
 * The result of reading every byte of every live file.
 *
 * @param files the number of files read
 * @param bytes the number of bytes read
 * @param damage the first damage, or null
 */
public record Verification(int files, long bytes, @Nullable CorruptionException damage) {}
