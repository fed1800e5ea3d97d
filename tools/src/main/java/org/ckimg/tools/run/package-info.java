/** The images of a program that runs under ckimg: made again and again, and gone on from. */
package org.ckimg.tools.run;
