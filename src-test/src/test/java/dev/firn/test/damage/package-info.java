/**
 * Stores with damaged files, folders or disks.
 *
 * <p>The right result is the right answer or a {@link dev.firn.error.FirnException} that names the
 * file; never a wrong answer, never anything else.
 */
@NullMarked
package dev.firn.test.damage;

import org.jspecify.annotations.NullMarked;
