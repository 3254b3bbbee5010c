#!/bin/sh
a
-----
a﻿
