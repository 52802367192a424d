package dev.firn.engine;

/**
 * Why a conditional commit did not write: the place of a write that came between.
 *
 * @param storeKey the key that was written, or the start of a range that was deleted
 */
public record Conflict(byte[] storeKey) {}
