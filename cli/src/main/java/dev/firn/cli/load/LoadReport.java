package dev.firn.cli.load;

/**
 * The result of a load.
 *
 * @param lines count of the lines read
 * @param entries count of the entries written
 * @param bytes bytes of their keys and values
 * @param batches count of the batches written
 * @param badLines count of the lines that are not records
 * @param droppedLines count of the other lines in batches with a bad one
 * @param nanos duration
 */
public record LoadReport(
    long lines,
    long entries,
    long bytes,
    long batches,
    long badLines,
    long droppedLines,
    long nanos) {}
