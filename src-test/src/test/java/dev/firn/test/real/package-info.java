/**
 * Power cuts, full devices and lost write-backs on file systems of the machine, on loop devices.
 * They need root; docs/testing.md says what else.
 */
@NullMarked
package dev.firn.test.real;

import org.jspecify.annotations.NullMarked;
