/** Lies in the images of real programs, and what AUDIT.md says of them. */
package org.ckimg.testkit.attack;
