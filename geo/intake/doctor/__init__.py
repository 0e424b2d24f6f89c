"""What is wrong with a file, in the words of whoever has it."""
