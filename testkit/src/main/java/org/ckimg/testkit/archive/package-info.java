/**
 * Container archives as engines pack them, or as nobody should: byte by byte, from plain values.
 */
package org.ckimg.testkit.archive;
