/**
 * Power cuts, full devices and lost write-backs on file systems of the machine: ext4 and xfs on
 * loop devices. Needs root; docs/testing.md says what else.
 */
@NullMarked
package dev.firn.test.real;

import org.jspecify.annotations.NullMarked;
