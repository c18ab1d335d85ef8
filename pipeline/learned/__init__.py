"""Learned from data: models with their forward passes, fitted numbers as dated files, and the code that makes both."""
