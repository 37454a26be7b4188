// Package atomicfile replaces files as a whole: whoever opens the path sees the old contents or the new ones, never a
// part, also after the process is killed or the disk is full.
//
// [WriteFile] writes to a temporary name in the folder of the file, syncs it to the disk, renames it over the old file
// and syncs the folder. When anything fails, a panic of the caller's function included, the temporary file is removed
// and the old file stays as it was. Only a killed process or a lost machine leaves a temporary file behind;
// [RemoveLeftovers] clears those of one path away.
//
// Every error is an [*io/fs.PathError] that names the path asked for, not the temporary one.
package atomicfile
