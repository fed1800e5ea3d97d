/**
 * Images written byte by byte from the tables of FORMAT.md. Nothing of the project is used here, so
 * that a number that is wrong there is not wrong here too.
 */
package org.ckimg.testkit;
