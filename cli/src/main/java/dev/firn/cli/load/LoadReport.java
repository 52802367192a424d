package dev.firn.cli.load;

/**
 * What became of the input.
 *
 * @param lines how many lines were read
 * @param entries how many entries were written
 * @param bytes the bytes of their keys and values
 * @param batches how many batches were written
 * @param badLines how many lines were not records
 * @param droppedLines how many lines were good, but in a batch with a bad one
 * @param nanos how long it took
 */
public record LoadReport(
    long lines,
    long entries,
    long bytes,
    long batches,
    long badLines,
    long droppedLines,
    long nanos) {}
